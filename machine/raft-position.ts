import type { SshSession } from '../remote/ssh-session';
import type { RaftPosition } from './recovery-plan';
import { runAsRoot } from './run-as-root';

/**
 * A manager without a leader asks the others for their votes every few seconds, and Docker's log has with each where its
 * own log of Raft ends (measured: Docker 20.10, level info, which is the default). Nothing else of Docker tells it.
 */
const script = `{ journalctl -u docker -o cat -n 5000 --no-pager 2>/dev/null; tail -n 5000 /var/log/docker.log 2>/dev/null; } |
  grep -o 'logterm: [0-9]*, index: [0-9]*\\] sent MsgVote' | tail -n 1`;

/** Where the log of Raft ends on a manager that has no leader; undefined when it can't be told. */
export async function raftPosition(session: SshSession): Promise<RaftPosition | undefined> {
  return parseRaftPosition(await runAsRoot(session, script).catch(() => ''));
}

/** Reads a line of the log. */
export function parseRaftPosition(line: string): RaftPosition | undefined {
  const [, term, index] = /logterm: (\d+), index: (\d+)/.exec(line) ?? [];
  return term === undefined ? undefined : { term: Number(term), index: Number(index) };
}
