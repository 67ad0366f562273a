import type { SshSession } from '../remote/ssh-session';
import { peersIn } from './mesh-conf';
import { meshConfFile } from './mesh-files';
import { meshInterface } from './mesh-interface';
import { runAsRoot } from './run-as-root';

/** Prints the peers, the node's own time, and when it last agreed on a key with each of them (wg(8), latest-handshakes). */
const script = `cat ${meshConfFile}
echo "now $(date +%s)"
wg show ${meshInterface} latest-handshakes
`;

/** Seconds since the last handshake with each peer, by its name; null: there was none since the mesh is up. */
export type Handshakes = Record<string, number | null>;

/** Asks a node for its handshakes. @throws Error when it has no mesh, or can't be asked. */
export async function readHandshakes(session: SshSession): Promise<Handshakes> {
  return parseHandshakes(await runAsRoot(session, script));
}

/** Reads what the script printed. The times are the node's own, so clocks need not agree. */
export function parseHandshakes(text: string): Handshakes {
  const now = Number(/^now (\d+)$/m.exec(text)?.[1]);
  const times = new Map(
    [...text.matchAll(/^(\S{44})\t(\d+)$/gm)].map(([, key = '', time]) => [key, Number(time)]),
  );
  return Object.fromEntries(
    peersIn(`${text}\n`).map(({ name, key }) => {
      const time = times.get(key) ?? 0;
      return [name, time === 0 ? null : Math.max(0, now - time)];
    }),
  );
}
