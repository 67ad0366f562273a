import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { PoolConfig } from '../config/site-config';
import { watchdogProgram } from '../watchdog/watchdog-program';
import { parsed, readCa, readPem, wrongPem } from './read-pem';
import type { WatchdogFiles } from './watchdog';

const at = ['pool', 'check'];

/**
 * The watchdog's program, and the certificates that the config names.
 *
 * @param secrets contents of `evenkeel:secrets`, by name
 * @throws pulumi.RunError when a file can't be read or is none, or when certificate and key are no pair
 */
export async function readWatchdogFiles(
  { check }: Pick<PoolConfig, 'check'>,
  secrets: Readonly<Record<string, string>>,
): Promise<WatchdogFiles> {
  const { caFile, clientCertificate } = check;
  return {
    ...(caFile !== undefined && {
      ca: readCa(
        [...at, 'caFile'],
        caFile,
        "docs/watchdog.md says where Cloudflare publishes its Origin CA's.",
      ),
    }),
    ...(clientCertificate && {
      certificate: readPair(clientCertificate, secrets[clientCertificate.key] ?? ''),
    }),
    program: await watchdogProgram(),
  };
}

function readPair(
  { certificate: file, key: name }: NonNullable<PoolConfig['check']['clientCertificate']>,
  key: string,
): string {
  const place = [...at, 'clientCertificate', 'certificate'];
  const pem = readPem(place, file);
  const certificate = parsed(() => new X509Certificate(pem));
  if (!certificate) throw wrongPem(place, file, 'a file with a certificate as PEM', 'Name the right file.');
  const secret = parsed(() => createPrivateKey(key));
  if (!secret || !certificate.checkPrivateKey(secret))
    throw wrongPem(
      [...at, 'clientCertificate', 'key'],
      name,
      `the secret with the key of ${file}, as PEM and without a passphrase`,
      `Set it: \`pulumi config set --secret --path 'evenkeel:secrets.${name}' <KEYFILE\`.`,
    );
  return pem;
}
