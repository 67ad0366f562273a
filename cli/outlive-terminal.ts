/**
 * Lets this process outlive who reads its output. `evenkeel … | head` is no fault, and ends it. A terminal that is gone
 * (a laptop that is closed, an SSH connection that breaks) must not end a release half-way: what would be said is lost,
 * and all else goes on. Without a listener each of these errors is an uncaught exception, and the one handler of those,
 * Pulumi's, says so to the same terminal: it never ended (seen: 2.4 GB after two minutes).
 */
export function outliveTerminal(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.stderr.on('error', () => undefined);
}
