import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { dockerFolder } from './client-settings';

/**
 * The folders in which Docker looks for certificates of a registry's own authorities (docs.docker.com/engine/security/certificates):
 * the engine's, and the user's where Docker Desktop is used.
 * @param host with its port if it has one
 */
export function certificateFolders(host: string, env: NodeJS.ProcessEnv): string[] {
  return [join('/etc/docker/certs.d', host), join(dockerFolder(env), 'certs.d', host)];
}

/**
 * What decides which servers are trusted in talks with one registry: the system's authorities, Node's (with
 * NODE_EXTRA_CA_CERTS) and every `*.crt` that Docker has for this registry, as Docker reads them.
 * @throws Error when a certificate can't be read, or on a Node older than 22.15
 */
export function secureContextFor(host: string, env: NodeJS.ProcessEnv): SecureContext {
  const own = certificateFolders(host, env).flatMap(certificatesIn);
  for (const { file, pem } of own) {
    try {
      new X509Certificate(pem); // createSecureContext passes over what is no certificate
    } catch {
      throw new Error(
        `${file} is not a certificate in PEM form. Replace it with the registry's authority's.`,
      );
    }
  }
  if (typeof getCACertificates !== 'function') {
    throw new Error(
      `Node ${process.version} can't tell which authorities the system trusts. Use Node 22.15 or newer.`,
    );
  }
  const known = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  return createSecureContext({ ca: [...known, ...own.map(({ pem }) => pem)] });
}

function certificatesIn(folder: string): { file: string; pem: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new Error(
      `${folder}, where Docker keeps a registry's certificates, can't be read (${code ?? 'unknown'}).`,
    );
  }
  const files = names.filter((name) => name.endsWith('.crt')).map((name) => join(folder, name));
  return files.map((file) => ({ file, pem: readFileSync(file, 'utf8') }));
}
