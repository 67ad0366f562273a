import type { CertificateConfig } from '../config/site-config';
import type { CertificateFacts } from './certificate-facts';

/** Label of the edges' Swarm service that says which certificate they are to serve: what is public of it. */
export const certificateLabel = 'evenkeel.certificate';

/** Where a certificate comes from. */
export type CertificateSource = keyof CertificateConfig;

/** What the label says. */
export interface WantedCertificate extends CertificateFacts {
  source: CertificateSource;
  /** What tells its key from those before it: the day it was made, `2026-11-27`, and from the second on that day also which, `2026-11-27.2`. */
  made: string;
}

/** The source that a config has. */
export function sourceOf(certificate: CertificateConfig): CertificateSource {
  return certificate.files ? 'files' : certificate.selfSigned ? 'selfSigned' : 'cloudflare';
}

/** The label's value: JSON, with its keys in one order. */
export function formatCertificateLabel(wanted: WantedCertificate): string {
  const { source, made, serial, fingerprint, names, notBefore, notAfter } = wanted;
  return JSON.stringify({ source, made, serial, fingerprint, names, notBefore, notAfter });
}

/** What a label's value says; undefined when there is none, or when it is none of ours. */
export function parseCertificateLabel(text: string | undefined): WantedCertificate | undefined {
  try {
    const found = JSON.parse(text ?? 'null') as Partial<WantedCertificate> | null;
    return found?.source && found.made && found.fingerprint && found.notAfter && found.names
      ? (found as WantedCertificate)
      : undefined;
  } catch {
    return undefined;
  }
}
