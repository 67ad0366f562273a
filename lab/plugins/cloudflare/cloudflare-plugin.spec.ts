import { X509Certificate } from 'node:crypto';
import { startWithClient, stopAll, type ClientAndStandIn } from '../../cloudflare/client.fixture';
import { makeCsr } from '../../cloudflare/csr.fixture';
import { labToken } from '../../cloudflare/stand-in';
import type { CallContext, DiffCall, Plugin } from '../provider/calls';
import type { Bag } from '../provider/json';
import { asSecret, UNKNOWN } from '../provider/special-value';
import { textOf } from '../provider/text-of';
import { cloudflarePlugin } from './cloudflare-plugin';

const context: CallContext = { signal: new AbortController().signal, log: () => undefined };
const types = {
  certificate: 'cloudflare:index/originCaCertificate:OriginCaCertificate',
  setting: 'cloudflare:index/zoneSetting:ZoneSetting',
  pulls: 'cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings',
  record: 'cloudflare:index/dnsRecord:DnsRecord',
};

let plugin: Plugin;
let site: ClientAndStandIn;

beforeEach(async () => {
  site = await startWithClient();
  plugin = cloudflarePlugin();
  plugin.configure({ apiToken: asSecret(labToken), baseUrl: site.cloudflare.url });
});
afterEach(stopAll);

const about = (type: string) => ({ urn: `urn:pulumi:dev::test::${type}::x`, name: 'x', type });
const create = (type: string, properties: Bag, preview = false) =>
  plugin.create({ ...about(type), properties, preview }, context);
const diff = (type: string, id: string, olds: Bag, news: Bag): DiffCall => ({
  ...about(type),
  id,
  olds,
  oldInputs: olds,
  news,
  ignoreChanges: [],
});
const read = (type: string, id: string, inputs: Bag, properties: Bag) =>
  plugin.read({ ...about(type), id, inputs, properties }, context);
const end = (type: string, id: string, properties: Bag) =>
  plugin.delete({ ...about(type), id, properties }, context);

describe('OriginCaCertificate', () => {
  const inputs = async (): Promise<Bag> => ({
    csr: await makeCsr(),
    hostnames: ['example.com', '*.example.com'],
    requestType: 'origin-ecc',
    requestedValidity: 90,
  });

  it('is signed, read, and revoked at its end', async () => {
    const { id, properties } = await create(types.certificate, await inputs());
    const certificate = new X509Certificate(textOf(properties['certificate']));
    expect(
      certificate.verify(new X509Certificate(site.cloudflare.standIn.certificateAuthority()).publicKey),
    ).toBe(true);
    expect(id).toBe(BigInt(`0x${certificate.serialNumber}`).toString());
    await expect(read(types.certificate, id, await inputs(), properties)).resolves.toMatchObject({
      id,
      properties: { certificate: properties['certificate'], requestedValidity: 90 },
    });
    await end(types.certificate, id, properties);
    await expect(read(types.certificate, id, {}, properties)).resolves.toBeNull();
    // Gone already: nothing is left to do.
    await end(types.certificate, id, properties);
  });

  it('is made anew for another CSR, other names, another type or validity, and for one not yet known', async () => {
    const olds = await inputs();
    const replaced = (edit: Bag) =>
      plugin.diff(diff(types.certificate, '1', { ...olds, certificate: 'c' }, { ...olds, ...edit })).replaces;
    expect(replaced({})).toEqual([]);
    expect(replaced({ csr: 'another' })).toEqual(['csr']);
    expect(replaced({ csr: UNKNOWN })).toEqual(['csr']);
    expect(replaced({ hostnames: ['example.com'] })).toEqual(['hostnames']);
    expect(replaced({ requestType: 'origin-rsa' })).toEqual(['requestType']);
    expect(replaced({ requestedValidity: 7 })).toEqual(['requestedValidity']);
  });

  it('asks for nothing in a preview', async () => {
    const { properties } = await create(types.certificate, await inputs(), true);
    expect(properties).toMatchObject({ certificate: UNKNOWN, expiresOn: UNKNOWN, requestedValidity: 90 });
    expect(site.cloudflare.standIn.calls().total).toBe(0);
  });

  it('is refused with the words of the API', async () => {
    const outside = { ...(await inputs()), hostnames: ['other.org'] };
    await expect(create(types.certificate, outside)).rejects.toThrow(
      'failed to make http request: 400: Failed to validate requested hostname other.org: This zone is either ' +
        'not part of your account, or you do not have access to it. (1010)',
    );
  });
});

describe('ZoneSetting', () => {
  const inputs = (): Bag => ({ zoneId: site.zone, settingId: 'min_tls_version', value: '1.2' });
  const actual = async () =>
    ((await site.client.zones.settings.get('min_tls_version', { zone_id: site.zone })) as { value: unknown })
      .value;

  it('is set, changed in place, and left as it is at its end', async () => {
    const { id, properties } = await create(types.setting, inputs());
    expect(id).toBe('min_tls_version');
    expect(await actual()).toBe('1.2');
    const news = { ...inputs(), value: '1.3' };
    const changes = diff(types.setting, id, properties, news);
    expect(plugin.diff(changes)).toMatchObject({ detailedDiff: { value: 'UPDATE' }, replaces: [] });
    await plugin.update({ ...changes, preview: false }, context);
    expect(await actual()).toBe('1.3');
    await end(types.setting, id, properties);
    expect(await actual()).toBe('1.3');
  });

  it('shows in a refresh what somebody else made of it', async () => {
    const { id, properties } = await create(types.setting, inputs());
    await site.client.zones.settings.edit('min_tls_version', { zone_id: site.zone, value: '1.0' });
    await expect(read(types.setting, id, inputs(), properties)).resolves.toMatchObject({
      inputs: { ...inputs(), value: '1.0' },
      properties: { value: '1.0', editable: true },
    });
  });

  it('is another one in another zone', () => {
    const olds = inputs();
    expect(plugin.diff(diff(types.setting, 'ssl', olds, { ...olds, zoneId: 'z' })).replaces).toEqual([
      'zoneId',
    ]);
  });

  it('keeps the old state, with the reason, where a change fails', async () => {
    const { id, properties } = await create(types.setting, inputs());
    site.cloudflare.standIn.addFault({ kind: 'status', status: 400 });
    const call = { ...diff(types.setting, id, properties, { ...inputs(), value: '1.3' }), preview: false };
    await expect(plugin.update(call, context)).rejects.toMatchObject({ id, properties });
  });
});

describe('AuthenticatedOriginPullsSettings', () => {
  it('is switched on, off, and left as it is at its end', async () => {
    const enabled = async () =>
      (await site.client.originTLSClientAuth.settings.get({ zone_id: site.zone })).enabled;
    const inputs = { zoneId: site.zone, enabled: true };
    const { id, properties } = await create(types.pulls, inputs);
    expect([id, await enabled()]).toEqual([site.zone, true]);
    await end(types.pulls, id, properties);
    expect(await enabled()).toBe(true);
    const call = { ...diff(types.pulls, id, properties, { ...inputs, enabled: false }), preview: false };
    await plugin.update(call, context);
    expect(await enabled()).toBe(false);
    await expect(read(types.pulls, id, inputs, properties)).resolves.toMatchObject({
      properties: { enabled: false },
    });
  });
});

describe('DnsRecord', () => {
  const inputs = (): Bag => ({
    zoneId: site.zone,
    name: 'shop.example.com',
    type: 'A',
    content: '192.0.2.1',
    ttl: 60,
    comment: 'by pulumi',
  });

  it('is made, changed and ended', async () => {
    const { id, properties } = await create(types.record, inputs());
    const call = diff(types.record, id, properties, { ...inputs(), content: '192.0.2.2' });
    expect(plugin.diff(call).detailedDiff).toEqual({ content: 'UPDATE' });
    await plugin.update({ ...call, preview: false }, context);
    expect(site.cloudflare.standIn.records('example.com')).toMatchObject([
      { id, content: '192.0.2.2', comment: 'by pulumi' },
    ]);
    await end(types.record, id, properties);
    await expect(read(types.record, id, {}, properties)).resolves.toBeNull();
  });

  it('shows no change after a refresh of what nobody touched', async () => {
    const { id, properties } = await create(types.record, inputs());
    const refreshed = await read(types.record, id, inputs(), properties);
    expect(plugin.diff(diff(types.record, id, refreshed!.properties, inputs())).changes).toBe('DIFF_NONE');
  });

  it('is refused beforehand where it is proxied and has a TTL', () => {
    const news = { ...inputs(), proxied: true };
    expect(plugin.check({ ...about(types.record), olds: {}, news }).failures).toEqual([
      { property: 'ttl', reason: 'ttl must be set to 1 when `proxied` is true' },
    ]);
  });
});

describe('the provider', () => {
  it('knows the token and the address, and nothing else', () => {
    expect(plugin.checkConfig({ apiToken: 'x', baseUrl: 'y', version: '1' })).toEqual([]);
    expect(plugin.checkConfig({ email: 'me@example.com' })).toEqual([
      {
        property: 'email',
        reason: `the lab's stand-in of the cloudflare plugin knows only "apiToken" and "baseUrl": use the official plugin`,
      },
    ]);
  });

  it('says so when it has no token', async () => {
    const bare = cloudflarePlugin();
    bare.configure({ apiToken: UNKNOWN });
    const call = { ...about(types.pulls), properties: { zoneId: 'z', enabled: true }, preview: false };
    await expect(bare.create(call, context)).rejects.toThrow(
      'the cloudflare provider has no apiToken, nor is there a CLOUDFLARE_API_TOKEN',
    );
  });
});
