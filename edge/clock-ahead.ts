import type { SshSession } from '../remote/ssh-session';

/** How far a machine's clock is ahead of ours, in ms, to half a round trip. @throws Error when it can't be read. */
export async function clockAhead(session: SshSession): Promise<number> {
  const asked = Date.now();
  const { stdout } = await session.exec('date +%s%3N');
  const ahead = Math.round(Number(stdout) - (asked + Date.now()) / 2);
  if (Number.isNaN(ahead) || stdout.trim() === '')
    throw new Error(`${session.node}: its clock can't be read: ${stdout.trim()}`);
  return ahead;
}
