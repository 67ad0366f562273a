/** What dockerode throws for an answer of the daemon that is an error. */
interface DaemonError extends Error {
  statusCode?: number;
  json?: { message?: string } | Buffer | null;
}

/** What a call to Docker threw, in the words of Docker's own client. */
export function daemonMessage(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { statusCode, json, message } = thrown as DaemonError;
  if (statusCode === undefined) return message;
  const said = json !== null && json !== undefined && 'message' in json ? json.message : undefined;
  return `Error response from daemon: ${said ?? message.trim()}`;
}

/** Whether the daemon says that there is no such thing. */
export function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown as DaemonError).statusCode === 404;
}
