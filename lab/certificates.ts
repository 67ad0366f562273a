import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './must';

/** Files of the registry's certificate, PEM. */
export interface RegistryCertificate {
  /** The lab's own certificate authority: what a client trusts. */
  caFile: string;
  certificateFile: string;
  keyFile: string;
}

/**
 * Makes the lab's certificate authority and a certificate for the registry's address, once; both end with the lab.
 * Uses the `openssl` program: Node's crypto signs no certificates.
 */
export async function ensureRegistryCertificate(
  directory: string,
  address: string,
): Promise<RegistryCertificate> {
  const file = (name: string) => join(directory, name);
  const done = {
    caFile: file('ca.crt'),
    certificateFile: file(`${address}.crt`),
    keyFile: file(`${address}.key`),
  };
  if (Object.values(done).every((path) => existsSync(path))) return done;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const days = ['-days', '3650'];
  if (!existsSync(done.caFile)) {
    const draft = file('ca.draft.crt');
    const extensions = [
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign',
    ];
    const subject = ['-subj', '/CN=Evenkeel lab'];
    const output = ['-keyout', file('ca.key'), '-out', draft];
    await must(['openssl', 'req', '-x509', ...key, ...days, ...subject, ...extensions, ...output]);
    await must(['mv', draft, done.caFile]);
  }
  const request = file('server.csr');
  await must([
    'openssl',
    'req',
    '-new',
    ...key,
    '-subj',
    `/CN=${address}`,
    '-keyout',
    done.keyFile,
    '-out',
    request,
  ]);
  const extensions = file('server.ext');
  writeFileSync(extensions, `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\n`);
  const authority = ['-CA', done.caFile, '-CAkey', file('ca.key'), '-CAcreateserial'];
  const output = ['-extfile', extensions, '-out', done.certificateFile];
  await must(['openssl', 'x509', '-req', '-in', request, ...authority, ...days, ...output]);
  for (const name of ['server.csr', 'server.ext']) rmSync(file(name), { force: true });
  return done;
}
