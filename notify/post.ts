/** How long a service may take to answer, in ms. */
const patience = 10_000;

/**
 * Sends JSON and throws unless the answer is 2xx.
 * @param what names the service in errors; its address may hold a secret, so it is in none.
 * @throws Error
 */
export async function post(
  what: string,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  }).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    throw new Error(`${what} can't be reached: ${code ?? error.name}`);
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`${what} answers ${answer.status}`);
}
