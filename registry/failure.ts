import type { Answer } from './exchange';

/** Node's codes for a certificate that no trusted authority vouches for. */
const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** Whether a request failed because the server does not speak TLS. OpenSSL tells it by the first bytes, hence by text only. */
export function isPlainHttp(error: Error): boolean {
  return /wrong version number|packet length too long|http request/i.test(error.message);
}

/**
 * Says for a person why there was no answer, and what to do.
 * @param url what was asked; of it only the host is shown, since a query may hold a signature
 */
export function explainFailure(error: NodeJS.ErrnoException, url: URL): Error {
  const host = url.host;
  if (url.protocol === 'https:' && isPlainHttp(error)) {
    return new Error(
      `${host} speaks plain HTTP, which Evenkeel uses with this machine's own addresses only (127.0.0.0/8, localhost): ` +
        'anybody on the way could change the answers. Give the registry a certificate.',
    );
  }
  if (error.code !== undefined && UNTRUSTED.includes(error.code)) {
    return new Error(
      `${host} has a certificate that no authority known here vouches for (${error.code}). If it is the registry's own, ` +
        `put its authority's certificate where Docker looks for it: /etc/docker/certs.d/${host}/ca.crt or ` +
        `~/.docker/certs.d/${host}/ca.crt.`,
    );
  }
  return new Error(
    `${host} gave no usable answer: ${error.message}. Check its name, and that this machine reaches it.`,
  );
}

/**
 * Says for a person which answer was not what was needed.
 * @param asked who was asked for what: `registry.example.com for shop:1.5.0`
 * @param said the server's own words; none where they may hold a secret
 */
export function unexpectedAnswer(asked: string, answer: Answer, said: readonly string[]): Error {
  const wait = answer.headers['retry-after'];
  const words = [
    `HTTP status ${answer.status}`,
    ...(wait === undefined ? [] : [`try again after ${printable(wait)}${/^\d+$/.test(wait) ? ' s' : ''}`]),
    ...said,
  ];
  return new Error(`Asked ${asked}; the answer was ${words.join(', ')}.`);
}

/** What a registry says of an error: `{"errors": [{"code": …, "message": …}]}` (OCI distribution specification, error codes). */
export function serverWords(answer: Answer): string[] {
  const body = answer.body.toString('utf8');
  const field = (name: string) => new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(body)?.[1];
  return [field('code'), field('message')].filter((text) => text !== undefined).map(printable);
}

/** Foreign text for the terminal: one line, no control characters, short. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200);
}
