import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import 'reflect-metadata';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import type { CallContext, DiffCall } from '../provider/calls';
import type { Bag, Json } from '../provider/json';
import { asSecret, bare, isSecret, UNKNOWN } from '../provider/special-value';
import { textOf } from '../provider/text-of';
import { tlsPlugin } from './tls-plugin';

let now = new Date('2026-11-27T20:00:00Z');
const plugin = tlsPlugin(() => now);
const context: CallContext = { signal: new AbortController().signal, log: () => undefined };
const types = {
  key: 'tls:index/privateKey:PrivateKey',
  request: 'tls:index/certRequest:CertRequest',
  certificate: 'tls:index/selfSignedCert:SelfSignedCert',
};
const about = (type: string) => ({ urn: `urn:pulumi:dev::test::${type}::x`, name: 'x', type });
const create = (type: string, properties: Bag, preview = false) =>
  plugin.create({ ...about(type), properties, preview }, context);
const diff = (type: string, olds: Bag, news: Bag) => {
  const call: DiffCall = { ...about(type), id: '1', olds, oldInputs: olds, news, ignoreChanges: [] };
  return plugin.diff(call);
};
const check = (type: string, news: Bag) => plugin.check({ ...about(type), olds: {}, news });
const makeKey = async (properties: Bag = { algorithm: 'ECDSA', ecdsaCurve: 'P256' }) =>
  (await create(types.key, properties)).properties;
const text = (value: Json | undefined) => textOf(bare(value));

beforeEach(() => {
  now = new Date('2026-11-27T20:00:00Z');
});

describe('PrivateKey', () => {
  it.each([
    [{ algorithm: 'RSA', rsaBits: 2048 }, 'BEGIN RSA PRIVATE KEY', 'rsa'],
    [{ algorithm: 'ECDSA', ecdsaCurve: 'P256' }, 'BEGIN EC PRIVATE KEY', 'ec'],
    [{ algorithm: 'ED25519' }, 'BEGIN PRIVATE KEY', 'ed25519'],
  ])('%j is one that OpenSSL reads, with the public key beside it', async (inputs, begin, type) => {
    const key = await makeKey(inputs);
    const pem = text(key['privateKeyPem']);
    expect(pem).toContain(begin);
    expect(createPrivateKey(pem).asymmetricKeyType).toBe(type);
    expect(createPublicKey(pem).export({ type: 'spki', format: 'pem' })).toBe(text(key['publicKeyPem']));
  });

  it('keeps the private forms secret, and the public one not', async () => {
    const key = await makeKey();
    const secret = Object.keys(key).filter((name) => isSecret(key[name]));
    expect(secret.sort()).toEqual(['privateKeyOpenssh', 'privateKeyPem', 'privateKeyPemPkcs8']);
  });

  it('is made anew for any change, and has P224 unless told otherwise', async () => {
    const key = await makeKey({ algorithm: 'ECDSA' });
    expect(key['ecdsaCurve']).toBe('P224');
    const replaced = (news: Bag) => diff(types.key, key, news).replaces;
    expect(replaced({ algorithm: 'ECDSA' })).toEqual([]);
    expect(replaced({ algorithm: 'ECDSA', ecdsaCurve: 'P256' })).toEqual(['ecdsaCurve']);
    expect(replaced({ algorithm: 'RSA' })).toEqual(['algorithm']);
  });

  it('is refused with an algorithm or a curve that is none', () => {
    expect(check(types.key, { algorithm: 'DSA', ecdsaCurve: 'P1' }).failures).toEqual([
      { property: 'algorithm', reason: '"algorithm" must be one of "RSA", "ECDSA", "ED25519"' },
      { property: 'ecdsaCurve', reason: '"ecdsaCurve" must be one of "P224", "P256", "P384", "P521"' },
    ]);
  });
});

describe('CertRequest', () => {
  it.each<Bag>([{ algorithm: 'RSA' }, { algorithm: 'ECDSA', ecdsaCurve: 'P384' }, { algorithm: 'ED25519' }])(
    'is signed by a key of %j, with subject and names',
    async (keyInputs) => {
      const key = await makeKey(keyInputs);
      const { properties } = await create(types.request, {
        privateKeyPem: key['privateKeyPem']!,
        subject: { commonName: 'example.com', organization: 'A shop' },
        dnsNames: ['example.com', '*.example.com'],
        ipAddresses: ['192.0.2.1'],
      });
      const request = new Pkcs10CertificateRequest(text(properties['certRequestPem']));
      expect(await request.verify()).toBe(true);
      expect(request.subject).toBe('O=A shop, CN=example.com');
      expect(Buffer.from(request.publicKey.rawData)).toEqual(
        createPublicKey(text(key['publicKeyPem'])).export({ type: 'spki', format: 'der' }),
      );
      expect(request.getExtensions('2.5.29.17')).toHaveLength(1);
      expect(properties['keyAlgorithm']).toBe(keyInputs.algorithm);
      expect(isSecret(properties['privateKeyPem'])).toBe(true);
      expect(isSecret(properties['certRequestPem'])).toBe(false);
    },
  );

  it('is made anew for another key, and keeps the key out of its errors', async () => {
    const { failures } = check(types.request, { privateKeyPem: 'x' });
    expect(failures).toEqual([]);
    await expect(create(types.request, { privateKeyPem: asSecret('BEGIN not a key') })).rejects.toThrow(
      /^Failed to parse private key PEM$/,
    );
    const olds = { privateKeyPem: asSecret('a'), certRequestPem: 'r', keyAlgorithm: 'ECDSA' };
    expect(diff(types.request, olds, { privateKeyPem: asSecret('a') }).changes).toBe('DIFF_NONE');
    expect(diff(types.request, olds, { privateKeyPem: asSecret('b') }).replaces).toEqual(['privateKeyPem']);
    expect(diff(types.request, olds, { privateKeyPem: UNKNOWN }).replaces).toEqual(['privateKeyPem']);
  });

  it('marks the key as secret though the program forgot to', () => {
    expect(check(types.request, { privateKeyPem: 'x' }).inputs).toEqual({ privateKeyPem: asSecret('x') });
  });
});

describe('SelfSignedCert', () => {
  const inputs = async (edits: Bag = {}): Promise<Bag> => ({
    privateKeyPem: (await makeKey())['privateKeyPem']!,
    subject: { commonName: 'lab' },
    dnsNames: ['shop.example.com'],
    allowedUses: ['digital_signature', 'server_auth'],
    validityPeriodHours: 24,
    earlyRenewalHours: 2,
    ...edits,
  });

  it('signs itself for the names, the uses and the hours', async () => {
    const { properties } = await create(types.certificate, await inputs());
    const certificate = new X509Certificate(text(properties['certPem']));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost('shop.example.com')).toBe('shop.example.com');
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(new Date(certificate.validTo).toISOString()).toBe('2026-11-28T20:00:00.000Z');
    expect(properties).toMatchObject({
      keyAlgorithm: 'ECDSA',
      readyForRenewal: false,
      validityEndTime: '2026-11-28T20:00:00.000Z',
    });
  });

  it('can be a CA', async () => {
    const { properties } = await create(
      types.certificate,
      await inputs({ isCaCertificate: true, allowedUses: ['cert_signing'] }),
    );
    expect(new X509Certificate(text(properties['certPem'])).ca).toBe(true);
  });

  it('is made anew when its early renewal has come, and not a minute before', async () => {
    const news = await inputs();
    const { properties } = await create(types.certificate, news);
    now = new Date('2026-11-28T17:59:00Z');
    expect(diff(types.certificate, properties, news).changes).toBe('DIFF_NONE');
    now = new Date('2026-11-28T18:00:00Z');
    expect(diff(types.certificate, properties, news)).toMatchObject({
      detailedDiff: { readyForRenewal: 'UPDATE_REPLACE' },
      replaces: ['readyForRenewal'],
    });
  });

  it('changes its early renewal in place, and everything else anew', async () => {
    const news = await inputs();
    const { properties } = await create(types.certificate, news);
    const changed = (edit: Bag) => diff(types.certificate, properties, { ...news, ...edit });
    expect(changed({ earlyRenewalHours: 3 })).toMatchObject({
      detailedDiff: { earlyRenewalHours: 'UPDATE' },
      replaces: [],
    });
    expect(changed({ validityPeriodHours: 25 }).replaces).toEqual(['validityPeriodHours']);
    expect(changed({ dnsNames: ['a.example.com'] }).detailedDiff).toEqual({
      'dnsNames[0]': 'UPDATE_REPLACE',
    });
    expect(changed({ subject: { commonName: 'other' } }).detailedDiff).toEqual({
      'subject.commonName': 'UPDATE_REPLACE',
    });
  });

  it('is refused with a use that is none', () => {
    const { failures } = check(types.certificate, {
      privateKeyPem: 'x',
      allowedUses: ['serverAuth'],
      validityPeriodHours: 1,
    });
    expect(failures).toEqual([
      { property: 'allowedUses', reason: expect.stringMatching(/^"serverAuth" is not among /) as string },
    ]);
  });
});
