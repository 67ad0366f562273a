import { dockerApi } from '../remote/docker-api';
import type { SshSession } from '../remote/ssh-session';
import { runAsRoot } from './run-as-root';
import { waitUntil } from './wait-until';

/**
 * Longest time that dockerd is held for the copy, in s. A manager that is silent for 10 s makes the others elect (Swarm's
 * default: 10 ticks of 1 s); 26,000 entries of Raft's log (22 MB) took 0.3 s on the lab.
 */
const heldTime = 5;

/** How long Docker may take to answer after it was started again, in ms: without a leader it waits 20 s for one first. */
const startTime = 90_000;

/**
 * Docker's manual stops dockerd for the copy ("Back up the swarm"), which ends the machine's containers too. Here it is
 * held by SIGSTOP instead: nothing writes meanwhile, containers and their connections go on, and what is copied is what
 * a power cut would have left, which Raft's log and bolt are made for. In memory first, so that it is short. The whole
 * script is read before it begins, and lets dockerd go on whatever ends it.
 *
 * `*.tmp` are empty files for the log to grow into, 64 MB each.
 */
const copyScript = `main() {
set -eu
pid=$(cat /var/run/docker.pid)
[ "$(cat "/proc/$pid/comm")" = dockerd ] || { echo "process $pid of /var/run/docker.pid is not dockerd" >&2; exit 1; }
root=$(docker info --format '{{.DockerRootDir}}')
copy=$(mktemp -d /run/evenkeel-backup.XXXXXX)
trap 'kill -CONT "$pid"; rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM
began=$(date +%s%3N)
kill -STOP "$pid"
tries=0
while grep -L '^State:.[Tt]' "/proc/$pid/task/"*/status 2>/dev/null | grep -q .; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { echo "dockerd can't be held" >&2; exit 1; }
  sleep 0.01
done
timeout ${heldTime} tar --sparse --hole-detection=raw --exclude='*.tmp' -C "$root" -cf "$copy/swarm.tar" swarm
kill -CONT "$pid"
echo $(($(date +%s%3N) - began))
gzip -1 <"$copy/swarm.tar" | base64 -w 0
}
main
`;

/** What a manager has of the Swarm. */
export interface SwarmFolder {
  /** Docker's folder `swarm`, as tar.gz. Whoever has it has the Swarm: its secrets' contents and the key of its CA are in it. */
  archive: Buffer;
  /** How long dockerd was held, in ms. */
  heldMs: number;
}

/** Copies the Swarm's state (Raft's log and snapshots, certificates) from a manager, whose containers go on. */
export async function copySwarmFolder(session: SshSession): Promise<SwarmFolder> {
  const [held = '', archive = ''] = (await runAsRoot(session, copyScript)).split('\n');
  if (!/^\d+$/.test(held) || archive === '')
    throw new Error(`${session.node}: the Swarm's state came without an end`);
  return { archive: Buffer.from(archive, 'base64'), heldMs: Number(held) };
}

const putBackScript = `set -eu
[ "$(docker info --format '{{.Swarm.LocalNodeState}}')" = inactive ] || { echo 'is in a Swarm' >&2; exit 1; }
root=$(docker info --format '{{.DockerRootDir}}')
copy=$(mktemp -d "$root/evenkeel-recover.XXXXXX")
trap 'rm -rf "$copy"' EXIT
base64 -d | tar -xz -C "$copy"
[ -d "$copy/swarm/raft" ] || { echo 'the backup has no log of Raft' >&2; exit 1; }
if [ -d /run/systemd/system ]; then systemctl stop docker.socket docker.service; else /etc/init.d/docker stop >/dev/null; fi
rm -rf "$root/swarm"
mv "$copy/swarm" "$root/swarm"
if [ -d /run/systemd/system ]; then systemctl start docker.service; else /etc/init.d/docker start >/dev/null; fi
`;

/**
 * Puts a copy back on a machine that is in no Swarm. Docker is stopped for it, with all containers of the machine;
 * afterwards the machine is a manager that waits for the others.
 *
 * @throws Error when the machine is in a Swarm, or Docker does not take the copy.
 */
export async function putBackSwarmFolder(
  session: SshSession,
  archive: Buffer,
  log: (line: string) => void,
): Promise<void> {
  await runAsRoot(session, putBackScript, archive.toString('base64'));
  let state = '';
  const left = await waitUntil(
    async () => {
      const { Swarm } = (await dockerApi(session, 5000).info()) as { Swarm: { LocalNodeState: string } };
      state = Swarm.LocalNodeState;
      return undefined;
    },
    startTime,
    log,
  );
  const { node } = session;
  if (left !== undefined)
    throw new Error(`${node}: its Docker does not start with the backup: ${left}. See: journalctl -u docker`);
  if (state === 'locked')
    throw new Error(
      `${node}: has the backup's state, which is locked. On it, run: docker swarm unlock; then: evenkeel recover --from ${node}`,
    );
  if (state !== 'pending' && state !== 'active')
    throw new Error(
      `${node}: Docker does not take the backup (Swarm: ${state}). See why on it: docker info; journalctl -u docker`,
    );
}
