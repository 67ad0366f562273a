import { exchange, type Transport } from './exchange';
import { isPlainHttp } from './failure';
import { isLoopback } from './is-loopback';

/**
 * Where a registry's API is: `https://<host>`. Only for a host that is this very machine, and only when it does not
 * speak TLS there, it is `http://<host>`; a certificate that is not trusted does not lead to plain HTTP.
 * @param host with its port if it has one
 */
export async function registryOrigin(host: string, transport: Transport): Promise<string> {
  const secure = new URL(`https://${host}`);
  if (!isLoopback(secure.hostname)) return secure.origin;
  const failure = await exchange(
    { method: 'GET', url: new URL('/v2/', secure), headers: {} },
    transport,
  ).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  // Some servers hang up on a TLS greeting that they don't understand.
  const isPlain = failure !== undefined && (isPlainHttp(failure) || failure.code === 'ECONNRESET');
  return isPlain ? `http://${host}` : secure.origin;
}
