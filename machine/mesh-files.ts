/** A node's private key: made on it, read by root alone, and never anywhere else. */
export const meshKeyFile = '/etc/evenkeel/mesh.key';

/** The public key that belongs to it. */
export const meshPublicKeyFile = '/etc/evenkeel/mesh.pub';

/** The peers, as `wg syncconf` takes them, without the private key: nothing in it is secret. */
export const meshConfFile = '/etc/evenkeel/mesh.conf';

/** A copy of `meshConfFile` as it was last taken over, gone with each boot. */
export const meshAppliedFile = '/run/evenkeel-mesh.conf';

/** Brings the mesh up at boot, and takes over what is new in `meshConfFile`. */
export const meshUpFile = '/etc/evenkeel/mesh-up';

/** What runs it at boot: systemd's unit where that runs, else an init script. */
export const meshUnitFile = '/etc/systemd/system/evenkeel-mesh.service';
export const meshInitFile = '/etc/init.d/evenkeel-mesh';
