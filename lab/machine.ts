import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureContainer } from './containers';
import { containerName } from './naming';
import { ensureKeyPair } from './key-pair';
import { must } from './must';
import { run } from './run';

/** One machine of the lab: a container with its own dockerd and sshd. */
export interface LabMachine {
  /** `pi1` … `pi5`; also its host name. */
  name: string;
  /** IPv4 address, kept across stops. */
  address: string;
  /** The container's name in the host's engine. */
  container: string;
  /** `ssh-ed25519 AAAA…`, kept for the lab's life. */
  hostKey: string;
}

/** What all machines of a lab share. */
export interface MachineSettings {
  docker: string[];
  lab: string;
  checkout: string;
  network: string;
  image: string;
  /** The lab's directory: host keys are kept below it. */
  directory: string;
  /** Public key that root's authorized_keys gets. */
  publicKey: string;
  /** `address:port` of the lab's registry, and the CA (PEM) that it is trusted by. */
  registry: string;
  caCertificate: string;
  /** Options that let a container be a machine; see `machineOptions`. */
  options: string[];
}

/** Makes, repairs or starts one machine; resolves when it is made and started, which is before it has booted (see `awaitBoot`). */
export async function ensureMachine(
  settings: MachineSettings,
  name: string,
  address: string,
): Promise<LabMachine> {
  const { docker, lab, checkout, network, image, directory, publicKey, registry, caCertificate, options } =
    settings;
  const keyPair = ensureKeyPair(join(directory, 'host-keys', name));
  const files = {
    '/etc/ssh/ssh_host_ed25519_key': { content: readFileSync(keyPair.privateKeyPath), mode: 0o600 },
    '/etc/ssh/ssh_host_ed25519_key.pub': { content: `${keyPair.publicKey}\n`, mode: 0o644 },
    '/root/.ssh/authorized_keys': { content: `${publicKey}\n`, mode: 0o600 },
    [`/etc/docker/certs.d/${registry}/ca.crt`]: { content: caCertificate, mode: 0o644 },
  };
  // A machine that reboots comes back by itself; one that is switched off (`docker kill`) stays off.
  const restart = ['--restart', 'unless-stopped'];
  const cgroup = ['--env', `LAB_CGROUP=/${lab}/${name}`];
  await ensureContainer(
    docker,
    {
      lab,
      checkout,
      part: name,
      image,
      network,
      address,
      options: [...options, ...restart, ...cgroup],
      command: [],
      files,
    },
    join(directory, 'staging'),
  );
  return { name, address, container: containerName(lab, name), hostKey: keyPair.publicKey };
}

/**
 * The options of `docker create` that let a container run its own dockerd.
 *
 * With cgroup v2 (every current Docker) that is `--privileged`, as kind and Docker-in-Docker do it. With cgroup v1 it
 * is each capability that this machine has to give, one by one, and the host's cgroup file system: a sandbox that
 * lacks CAP_SYS_RESOURCE refuses `--privileged`, and this works in both.
 */
export async function machineOptions(docker: string[]): Promise<string[]> {
  const volumes = ['/var/lib/docker', '/var/lib/containerd'].flatMap((path) => ['--volume', path]);
  const common = ['--init', '--tmpfs', '/run:exec,mode=755', ...volumes];
  const version = await must([...docker, 'info', '--format', '{{.CgroupVersion}}']);
  if (version !== '1') return [...common, '--privileged', '--cgroupns', 'private'];
  return [
    ...common,
    ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((it) => [
      '--security-opt',
      it,
    ]),
    ...boundingCapabilities(readFileSync('/proc/1/status', 'utf8')).flatMap((it) => ['--cap-add', it]),
    ...['--device-cgroup-rule', 'a *:* rwm'],
    ...['--cgroupns', 'host', '--volume', '/sys/fs/cgroup:/sys/fs/cgroup:rw'],
  ];
}

/** Linux's capabilities by bit, from linux/capability.h; the three after these (perfmon, bpf, checkpoint_restore) are unknown to Docker 20.10. */
const capabilities = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT ' +
  'SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP ' +
  'MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ'
).split(' ');

/** The capabilities of the bounding set (`CapBnd`) in the text of a /proc/PID/status. */
export function boundingCapabilities(status: string): string[] {
  const mask = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return capabilities.filter((_, bit) => (mask >> BigInt(bit)) & 1n);
}

/** Waits until a started machine has booted and its Docker and sshd answer; throws with its logs when that takes over 60 s. Undoes `cutOff`. */
export async function awaitBoot(
  docker: string[],
  machine: Pick<LabMachine, 'name' | 'container'>,
): Promise<void> {
  const ready = '[ -e /run/booted ] && docker info >/dev/null 2>&1 && ss -Hltn "sport = :22" | grep -q .';
  const script = `nft delete table netdev lab_cut 2>/dev/null; for i in $(seq 600); do { ${ready}; } && exit 0; sleep 0.1; done; exit 1`;
  const { code } = await run([...docker, 'exec', machine.container, 'sh', '-c', script], { timeout: 90_000 });
  if (code === 0) return;
  const logs = 'tail -n 15 /var/log/boot.log /var/log/docker.log';
  const words = await run([...docker, 'exec', machine.container, 'sh', '-c', logs]);
  throw new Error(
    `${machine.name} (container ${machine.container}) did not boot:\n${words.stdout}${words.stderr}`,
  );
}
