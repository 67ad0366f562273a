import { X509Certificate } from 'node:crypto';

/** What is public of a certificate. */
export interface CertificateFacts {
  /** In hex, as HAProxy and openssl write it. */
  serial: string;
  /** SHA-1 of the certificate in hex, as HAProxy says it; tells it from every other one. */
  fingerprint: string;
  /** The DNS names and addresses that it is for. */
  names: string[];
  /** ISO 8601: when it begins to be good, and when it ends. */
  notBefore: string;
  notAfter: string;
}

const msPerDay = 86_400_000;

/** The facts of the first certificate in a PEM. @throws Error when there is none. */
export function factsOfPem(pem: string): CertificateFacts {
  const found = new X509Certificate(pem);
  return {
    serial: found.serialNumber.toUpperCase(),
    fingerprint: found.fingerprint.replaceAll(':', ''),
    names: namesOf(found.subjectAltName ?? ''),
    notBefore: new Date(found.validFrom).toISOString(),
    notAfter: new Date(found.validTo).toISOString(),
  };
}

/** The facts in an answer of HAProxy's to `show ssl cert FILE`; undefined where it uses no such certificate. */
export function factsOfAnswer(answer: string): CertificateFacts | undefined {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(answer)?.[1] ?? '';
  if (field('Status') !== 'Used') return undefined;
  return {
    serial: field('Serial'),
    fingerprint: field('SHA1 FingerPrint'),
    names: namesOf(field('Subject Alternative Name')),
    notBefore: new Date(field('notBefore')).toISOString(),
    notAfter: new Date(field('notAfter')).toISOString(),
  };
}

/** Whole days until a certificate ends; negative when it has ended. */
export function daysLeft({ notAfter }: Pick<CertificateFacts, 'notAfter'>, now: Date): number {
  return Math.floor((Date.parse(notAfter) - now.getTime()) / msPerDay);
}

/** `DNS:a.example, IP Address:192.0.2.1` as a list. */
function namesOf(alternative: string): string[] {
  return alternative
    .split(', ')
    .map((name) => name.replace(/^[^:]*:/, ''))
    .filter(Boolean);
}
