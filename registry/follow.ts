import type { Answer, Request, Transport } from './exchange';
import { isLoopback } from './is-loopback';
import { send } from './send';

const REDIRECTS = [301, 302, 303, 307, 308];

/** Registries send to their storage, which may send on once; more is a circle. */
const MAX_REDIRECTS = 5;

/** An answer and who gave it. */
export interface Followed {
  answer: Answer;
  /** Of the last request: another one than the first's after a redirect to another host. */
  origin: string;
}

/**
 * Makes a request and follows redirects of a GET; one of another method comes back as it is. The Authorization header
 * goes to the first origin (protocol, host and port) only.
 * @throws Error when a redirect leads to plain HTTP, is no URL, or there are more than 5
 */
export async function follow(request: Request, transport: Transport): Promise<Followed> {
  let { url } = request;
  let headers = request.headers;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await send({ ...request, url, headers }, transport);
    const { location } = answer.headers;
    if (request.method !== 'GET' || !REDIRECTS.includes(answer.status) || location === undefined) {
      return { answer, origin: url.origin };
    }
    const next = redirectTarget(location, url);
    if (next.origin !== url.origin) headers = withoutAuthorization(headers);
    url = next;
  }
  throw new Error(
    `${request.url.host} sends us on more than ${MAX_REDIRECTS} times. Check its configuration.`,
  );
}

function redirectTarget(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) {
    throw new Error(`${from.host} sends us on to something that is no URL. Check its configuration.`);
  }
  const to = new URL(location, from);
  const isLocal = from.protocol === 'http:' && to.protocol === 'http:' && isLoopback(to.hostname);
  if (to.protocol === 'https:' || isLocal) return to;
  throw new Error(
    `${from.host} sends us on to ${to.protocol}//${to.host}, which is not https. Check its configuration.`,
  );
}

function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  );
}
