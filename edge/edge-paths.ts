/**
 * Folder on each edge's machine, and under the same name in the edge's container, that holds HAProxy's files and its
 * master socket. It is made by the node's set-up, belongs to HAProxy's user and to the group of the SSH user, and is
 * setgid, so that the socket can be reached over SSH and by nobody else.
 */
export const edgeDirectory = '/var/lib/evenkeel/edge';

/** The map that says which slot is live; its text is the pointer's (release/pointer.ts). */
export const pointerMapFile = `${edgeDirectory}/pointer.map`;

/** HAProxy's configuration, as the label `evenkeel.haproxy` has it. */
export const haproxyCfgFile = `${edgeDirectory}/haproxy.cfg`;

/** The action that lets a request wait (edge/haproxy-cfg/await-servers.ts), which HAProxy reads at its start. */
export const awaitServersFile = `${edgeDirectory}/await-servers.lua`;

/** What says whether the edge was told to stop (edge/haproxy-cfg/leaving.ts), which HAProxy reads at its start. */
export const leavingScriptFile = `${edgeDirectory}/leaving.lua`;

/** There while the edge was told to stop and goes on serving, until others have its traffic. */
export const leavingFile = `${edgeDirectory}/leaving`;

/** What the servers' state is saved to before a reload, so that the new worker does not start from "all UP". */
export const serverStateFile = `${edgeDirectory}/server-state`;

/** HAProxy's master CLI, a unix socket: the Runtime API of every worker is behind it. */
export const masterSocket = `${edgeDirectory}/master.sock`;

/** Certificates, beside what an edge lays out itself when it is born: these stay. */
const tlsDirectory = `${edgeDirectory}/tls`;

/** The certificate that the edge serves, its chain and its key, in one PEM as HAProxy wants it. */
export const certificateFile = `${tlsDirectory}/site.pem`;

/** The CA whose certificate a client must show, where that is asked for. */
export const originPullsFile = `${tlsDirectory}/origin-pulls.pem`;

/** User and group of HAProxy in the container: those of the official image `haproxy` (Docker Official Images, 2.4 and later). */
export const haproxyUser = 99;

/** Where each edge answers its own generation, over its public port and under any host name. */
export const generationPath = '/.well-known/evenkeel';

/** Where each edge answers whether it should get traffic (edge/haproxy-cfg/readiness.ts); beside the generation. */
export const readinessPath = `${generationPath}/ready`;
