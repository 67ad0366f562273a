import { type CertificateFacts, factsOfAnswer, factsOfPem } from './certificate-facts';
import { certificateFile, originPullsFile } from './edge-paths';
import type { RuntimeApi } from './runtime-api';

/**
 * The most that HAProxy takes as the payload of a command, in bytes: its buffer is 16 KiB (`tune.bufsize`), less the command and
 * what it keeps free for itself (`tune.maxrewrite`, 1 KiB).
 */
export const longestPem = 15_000;

type Api = Pick<RuntimeApi, 'ask'>;

/** The certificate that an edge's worker serves; undefined while its haproxy.cfg has none. */
export async function servedCertificate(api: Api): Promise<CertificateFacts | undefined> {
  return factsOfAnswer(await api.ask(`@1 show ssl cert ${certificateFile}`));
}

/**
 * Gives a running worker another certificate: new connections get it from the next one on, those that are open stay as they are.
 *
 * @param pem certificate, chain and key.
 * @returns what it serves then; undefined when its haproxy.cfg has no TLS, and so nothing was done.
 * @throws Error with HAProxy's words when it does not take it; it goes on with what it had.
 */
export async function loadCertificate(api: Api, pem: string): Promise<CertificateFacts | undefined> {
  const before = await servedCertificate(api);
  const wanted = factsOfPem(pem);
  if (!before || before.fingerprint === wanted.fingerprint) return before;
  await replace(api, 'cert', certificateFile, pem);
  const after = await servedCertificate(api);
  if (after?.fingerprint !== wanted.fingerprint)
    throw new Error(`HAProxy took serial ${wanted.serial}, and serves ${after?.serial ?? 'none'}`);
  return after;
}

/** The same for the CA whose certificate clients must show; nothing is done where the worker asks for none. */
export async function loadOriginPullsCa(api: Api, pem: string): Promise<void> {
  const answer = await api.ask(`@1 show ssl ca-file ${originPullsFile}`);
  if (!/^Status: Used$/m.test(answer)) return;
  const used = [...answer.matchAll(/^SHA1 FingerPrint: (\w+)$/gm)].map((match) => match[1]);
  const wanted = certificatesOf(pem).map((each) => factsOfPem(each).fingerprint);
  if (used.join() !== wanted.join()) await replace(api, 'ca-file', originPullsFile, pem);
}

/** The certificates in a PEM, one by one. */
export function certificatesOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

async function replace(api: Api, kind: 'cert' | 'ca-file', file: string, pem: string): Promise<void> {
  // An empty line ends a payload (HAProxy Management Guide 2.6, 9.3).
  const payload = pem.replace(/\n\s*\n/g, '\n').trim();
  const set = await api.ask(`@1 set ssl ${kind} ${file} <<\n${payload}\n`);
  if (!/transaction created/i.test(set)) throw new Error(`HAProxy does not take ${file}: ${oneLine(set)}`);
  const committed = await api.ask(`@1 commit ssl ${kind} ${file}`);
  if (/^Success!$/m.test(committed)) return;
  // Else whoever comes next would go on with this transaction.
  await api.ask(`@1 abort ssl ${kind} ${file}`);
  throw new Error(`HAProxy does not take ${file}: ${oneLine(committed)}`);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
