import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as PEM. */
export interface KeyAndCertificate {
  certificate: string;
  key: string;
}

/** What a certificate is to be like. */
export interface CertificateWish {
  /** DNS names; the first one is the subject's. */
  names: string[];
  /** Days for which it is good from now; 30 by default. */
  days?: number;
  /** Who signs it; by default itself. */
  issuer?: KeyAndCertificate;
  /** Whether it may sign others. */
  isAuthority?: boolean;
}

/** For specs: a new key with a certificate, made by the program `openssl`, since Node's crypto signs none. */
export function newCertificate({
  names,
  days = 30,
  issuer,
  isAuthority,
}: CertificateWish): KeyAndCertificate {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-certificate-'));
  const file = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  try {
    const signer = issuer
      ? ['-CA', 'issuer.crt', '-CAkey', 'issuer.key', '-CAcreateserial']
      : ['-signkey', 'new.key'];
    if (issuer) {
      writeFileSync(file('issuer.crt'), issuer.certificate);
      writeFileSync(file('issuer.key'), issuer.key);
    }
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ec.key');
    openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'ec.key', '-out', 'new.key');
    openssl('req', '-new', '-key', 'new.key', '-subj', `/CN=${names[0]}`, '-out', 'new.csr');
    writeFileSync(
      file('ext'),
      [
        `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`,
        ...(isAuthority ? ['basicConstraints=critical,CA:TRUE'] : []),
      ].join('\n'),
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'new.csr',
      ...signer,
      '-days',
      String(days),
      '-extfile',
      'ext',
      '-out',
      'new.crt',
    );
    return { certificate: readFileSync(file('new.crt'), 'utf8'), key: readFileSync(file('new.key'), 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
