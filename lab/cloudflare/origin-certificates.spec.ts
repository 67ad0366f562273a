import { X509Certificate } from 'node:crypto';
import { clientOf, refusalOf, startWithClient, stopAll } from './client.fixture';
import { makeCsr } from './csr.fixture';

afterEach(stopAll);

const hostnames = ['example.com', '*.example.com'];
const missing = {
  status: 404,
  errors: [{ code: 1101, message: 'Failed to read certificate from database.' }],
};

describe('origin certificates', () => {
  it('are signed by the lab CA for the names and days asked for', async () => {
    const now = new Date('2026-11-27T20:00:00Z');
    const { client, cloudflare } = await startWithClient({ now: () => now });
    const made = await client.originCACertificates.create({
      csr: await makeCsr(),
      hostnames,
      request_type: 'origin-ecc',
      requested_validity: 90,
    });
    const certificate = new X509Certificate(made.certificate!);
    const authority = new X509Certificate(cloudflare.standIn.certificateAuthority());
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.subjectAltName).toBe('DNS:example.com, DNS:*.example.com');
    expect(certificate.checkHost('shop.example.com')).toBeDefined();
    expect(BigInt(`0x${certificate.serialNumber}`).toString()).toBe(made.id);
    expect(new Date(certificate.validTo).toISOString()).toBe('2027-02-25T20:00:00.000Z');
    expect(made).toMatchObject({ hostnames, request_type: 'origin-ecc', requested_validity: 90 });
    expect(made.expires_on).toBe('2027-02-25 20:00:00 +0000 UTC');
  });

  it('are valid for 15 years unless asked otherwise', async () => {
    const { client } = await startWithClient();
    const csr = await makeCsr();
    const made = await client.originCACertificates.create({ csr, hostnames, request_type: 'origin-ecc' });
    expect(made.requested_validity).toBe(5475);
  });

  it('are found and listed until they are revoked', async () => {
    const { client, zone } = await startWithClient();
    const make = async () =>
      client.originCACertificates.create({
        csr: await makeCsr(),
        hostnames,
        request_type: 'origin-ecc',
        requested_validity: 7,
      });
    const [first, second] = [await make(), await make()];
    expect(first.id).not.toBe(second.id);
    expect(await client.originCACertificates.get(first.id!)).toEqual(first);

    const revoked = await client.originCACertificates.delete(first.id!);
    expect(revoked).toEqual({ id: first.id, revoked_at: expect.any(String) as string });
    expect(await refusalOf(client.originCACertificates.get(first.id!))).toEqual(missing);
    expect(await refusalOf(client.originCACertificates.delete(first.id!))).toEqual(missing);
    const listed: unknown[] = [];
    for await (const one of client.originCACertificates.list({ zone_id: zone })) listed.push(one);
    expect(listed).toEqual([second]);
  });

  it('are refused for names outside the zones, wrong days, and a request that is none', async () => {
    const { client } = await startWithClient();
    const good = { csr: await makeCsr(), hostnames, request_type: 'origin-ecc' as const };
    const outside = await refusalOf(
      client.originCACertificates.create({ ...good, hostnames: ['other.org'] }),
    );
    const reason = 'This zone is either not part of your account, or you do not have access to it.';
    expect(outside).toEqual({
      status: 400,
      errors: [{ code: 1010, message: `Failed to validate requested hostname other.org: ${reason}` }],
    });
    const days = await refusalOf(
      client.originCACertificates.create({ ...good, requested_validity: 8 as unknown as 7 }),
    );
    expect(days).toEqual({
      status: 400,
      errors: [
        {
          code: 1000,
          message: 'Invalid requested validity. Must be one of 7, 30, 90, 365, 730, 1095, 5475 days.',
        },
      ],
    });
    expect(await refusalOf(client.originCACertificates.create({ ...good, csr: 'nothing' }))).toMatchObject({
      status: 400,
      errors: [{ code: 1000 }],
    });
  });

  it('need a token that may edit certificates', async () => {
    const { cloudflare } = await startWithClient({
      tokens: { 'lab-token': ['zone:read'], 'dns-only': ['zone:read', 'dns:edit'] },
    });
    const client = clientOf(cloudflare, 'dns-only');
    expect(await refusalOf(client.originCACertificates.get('1'))).toEqual({
      status: 403,
      errors: [{ code: 10000, message: 'Authentication error' }],
    });
  });
});
