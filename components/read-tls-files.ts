import { createPrivateKey, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { publicNames } from '../config/public-names';
import type { SiteConfig, TlsConfig } from '../config/site-config';
import { longestPem } from '../edge/certificate-api';
import { expandHome } from '../remote/expand-home';
import { parsed, readCa, readPem, wrongPem } from './read-pem';

/** What the config names of files for TLS, read. */
export interface TlsMaterial {
  /** Certificate with its chain, and its key, as PEM; undefined where they are made here. */
  own?: { certificate: string; key: string };
  /** CA of the certificate that clients must show, as PEM. */
  originPullsCa?: string;
}

const atKey = ['edge', 'tls', 'certificate', 'files', 'key'] as const;
const atCertificate = ['edge', 'tls', 'certificate', 'files', 'certificate'] as const;
const atCa = ['edge', 'tls', 'originPulls', 'caFile'] as const;

/**
 * Reads them, and sees whether the edges could serve with them, before anything is touched. That a certificate has ended is said, and no
 * reason to refuse: else a release could be as impossible as the renewal is late.
 *
 * @throws pulumi.RunError when a file can't be read, when others may read the key, when certificate and key are no pair, when a
 *   hostname is not in it, or when a CA is none.
 */
export function readTlsFiles(site: SiteConfig & { edge: { tls: TlsConfig } }): TlsMaterial {
  const { certificate, originPulls } = site.edge.tls;
  const own = certificate.files && readOwn(certificate.files, publicNames(site));
  return {
    ...(own && { own }),
    ...(originPulls && {
      originPullsCa: readCa(atCa, originPulls.caFile, 'docs/tls.md says where Cloudflare publishes its own.'),
    }),
  };
}

function readOwn(
  files: { certificate: string; key: string },
  names: string[],
): { certificate: string; key: string } {
  const certificate = readPem(atCertificate, files.certificate);
  const key = readPem(atKey, files.key);
  const mode = statSync(expandHome(files.key)).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw wrongPem(
      atKey,
      `${files.key} with the permissions ${mode.toString(8).padStart(4, '0')}`,
      'a file that you alone may read (0600)',
      `Run: chmod 600 ${files.key}`,
    );
  const leaf = parsed(() => new X509Certificate(certificate));
  if (!leaf)
    throw wrongPem(
      atCertificate,
      files.certificate,
      'a file with a certificate as PEM',
      "Take your CA's fullchain.pem.",
    );
  const secret = parsed(() => createPrivateKey(key));
  if (!secret)
    throw wrongPem(
      atKey,
      files.key,
      'a file with a private key as PEM, without a passphrase',
      'Take the passphrase off with openssl pkey.',
    );
  if (!leaf.checkPrivateKey(secret))
    throw wrongPem(
      atKey,
      files.key,
      `the key of ${files.certificate}`,
      'Name the two files that belong together.',
    );
  const missing = names.filter((name) => leaf.checkHost(name) === undefined);
  if (missing.length > 0)
    throw wrongPem(
      atCertificate,
      files.certificate,
      `a certificate for all hostnames; it lacks ${missing.join(', ')}`,
      'Have one made that names them too.',
    );
  const length = certificate.length + key.length;
  if (length > longestPem)
    throw wrongPem(
      atCertificate,
      files.certificate,
      `at most ${longestPem} bytes together with its key (they have ${length})`,
      'Leave out what is neither the certificate nor its chain; the root is not needed.',
    );
  return { certificate, key };
}
