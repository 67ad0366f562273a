import type { SshSession } from '../remote/ssh-session';

/**
 * Runs a shell script as root, over the session of root or of a user who may use sudo without a password.
 * The script goes through standard input: it is in no process list.
 *
 * @param input what the script itself reads from standard input; with it, the script is an argument, so no secret may be in it.
 * @returns what it printed. @throws Error with what it printed when it ends with a code other than 0.
 */
export async function runAsRoot(session: SshSession, script: string, input?: string): Promise<string> {
  const shell = input === undefined ? 'sh -s' : `sh -c '${script.replaceAll("'", `'\\''`)}'`;
  const { stdout, stderr, code } = await session.exec(
    `if [ "$(id -u)" = 0 ]; then exec ${shell}; else exec sudo -n ${shell}; fi`,
    input ?? script,
  );
  if (code === 0) return stdout.trim();
  const said = (stderr || stdout).trim();
  const sudo = /sudo: a password is required|sudo: a terminal is required/.test(said)
    ? `\nThe SSH user needs sudo without a password: on the machine, put "USER ALL=(ALL) NOPASSWD: ALL" into /etc/sudoers.d/evenkeel, or use root.`
    : '';
  throw new Error(`${session.node}: ${said}${sudo}`);
}
