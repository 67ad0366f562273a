import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateConfig } from '../config/site-config';
import { newCertificate } from '../test/certificate';
import { threeNodes, tlsWith } from '../test/sites';
import { readTlsFiles } from './read-tls-files';

const shop = newCertificate({ names: ['shop.example.com'] });
const wide = newCertificate({ names: ['*.example.com'] });
const other = newCertificate({ names: ['other.example.com'] });
const authority = newCertificate({ names: ['ca'], isAuthority: true });

describe('readTlsFiles', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'evenkeel-tls-files-'));
    put('shop.pem', shop.certificate);
    put('shop.key', shop.key);
    put('wide.pem', wide.certificate);
    put('wide.key', wide.key);
    put('other.pem', other.certificate);
    put('other.key', other.key);
    put('open.key', shop.key, 0o644);
    put('nothing.pem', 'nothing\n');
    put('long.pem', shop.certificate + authority.certificate.repeat(40));
    put('ca.pem', authority.certificate);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const file = (name: string) => join(directory, name);
  function put(name: string, content: string, mode = 0o600): void {
    writeFileSync(file(name), content);
    chmodSync(file(name), mode);
  }

  const read = (certificate: CertificateConfig, caFile?: string) => {
    const tls = {
      ...tlsWith(certificate),
      ...(caFile && { originPulls: { caFile: file(caFile) } }),
    };
    const site = threeNodes();
    return readTlsFiles({ ...site, edge: { ...site.edge, tls } });
  };
  const own = (certificate: string, key: string) => ({
    files: { certificate: file(certificate), key: file(key) },
  });
  const at = 'evenkeel:edge.tls.certificate.files';

  it('reads what the config names, and nothing where all is made here', () => {
    expect(read(own('shop.pem', 'shop.key'))).toEqual({ own: shop });
    expect(read(own('wide.pem', 'wide.key'), 'ca.pem')).toEqual({
      own: wide,
      originPullsCa: authority.certificate,
    });
    expect(read({ selfSigned: { validity: 90 } })).toEqual({});
  });

  it.each([
    [
      'a key that others may read',
      'shop.pem',
      'open.key',
      'key',
      'open.key with the permissions 0644',
      'a file that you alone may read (0600)',
      'Run: chmod 600 DIR/open.key',
    ],
    [
      'a file that is no certificate',
      'nothing.pem',
      'shop.key',
      'certificate',
      'nothing.pem',
      'a file with a certificate as PEM',
      "Take your CA's fullchain.pem.",
    ],
    [
      'a file that is no key',
      'shop.pem',
      'nothing.pem',
      'key',
      'nothing.pem',
      'a file with a private key as PEM, without a passphrase',
      'Take the passphrase off with openssl pkey.',
    ],
    [
      'the key of another one',
      'shop.pem',
      'other.key',
      'key',
      'other.key',
      'the key of DIR/shop.pem',
      'Name the two files that belong together.',
    ],
    [
      'a certificate for another name',
      'other.pem',
      'other.key',
      'certificate',
      'other.pem',
      'a certificate for all hostnames; it lacks shop.example.com',
      'Have one made that names them too.',
    ],
  ])('refuses %s', (_, certificate, key, which, value, allowed, remedy) => {
    expect(() => read(own(certificate, key))).toThrow(
      new Error(
        `${at}.${which}: got "${file(value)}"; allowed: ${allowed}. ${remedy}`.replaceAll('DIR', directory),
      ),
    );
  });

  it('refuses files that are not there', () => {
    const missing = file('missing.pem');
    expect(() => read(own('missing.pem', 'shop.key'))).toThrow(
      new Error(
        `${at}.certificate: got "${missing}"; allowed: a file that can be read. ENOENT: no such file or directory, open '${missing}'.`,
      ),
    );
  });

  it('refuses more than HAProxy takes at once', () => {
    expect(() => read(own('long.pem', 'shop.key'))).toThrow(
      /allowed: at most 15000 bytes together with its key \(they have \d+\)\./,
    );
  });

  it('refuses a CA that is none', () => {
    expect(() => read({ selfSigned: { validity: 90 } }, 'shop.pem')).toThrow(
      new Error(
        `evenkeel:edge.tls.originPulls.caFile: got "${file('shop.pem')}"; allowed: a file with the certificate of a CA as PEM. ` +
          'docs/tls.md says where Cloudflare publishes its own.',
      ),
    );
  });
});
