import { clientOf, refusalOf, startWithClient, stopAll } from './client.fixture';

afterEach(stopAll);

describe('zones', () => {
  it('are found by name and by ID', async () => {
    const { client, zone } = await startWithClient({ zones: ['example.com', 'example.org'] });
    const found = await client.zones.get({ zone_id: zone });
    expect(found).toMatchObject({ id: zone, name: 'example.com', status: 'active', type: 'full' });
    const named = async (name: string) => (await client.zones.list({ name })).result.map(({ id }) => id);
    expect(await named('EXAMPLE.com')).toEqual([zone]);
    expect(await named('example.net')).toEqual([]);
    const all: string[] = [];
    for await (const { name } of client.zones.list()) all.push(name);
    expect(all).toEqual(['example.com', 'example.org']);
  });

  it('have settings that are read and changed, each within its own values', async () => {
    const { client, zone } = await startWithClient();
    const ssl = { zone_id: zone };
    expect(await client.zones.settings.get('ssl', ssl)).toMatchObject({
      id: 'ssl',
      value: 'full',
      editable: true,
    });
    await client.zones.settings.edit('ssl', { ...ssl, value: 'strict' });
    expect(await client.zones.settings.get('ssl', ssl)).toMatchObject({ value: 'strict' });
    expect(await client.zones.settings.get('min_tls_version', ssl)).toMatchObject({ value: '1.0' });
    expect(await client.zones.settings.get('always_use_https', ssl)).toMatchObject({ value: 'off' });
    expect(await refusalOf(client.zones.settings.edit('ssl', { ...ssl, value: 'on' }))).toEqual({
      status: 400,
      errors: [{ code: 1007, message: 'Invalid value for zone setting ssl' }],
    });
    expect(await refusalOf(client.zones.settings.get('nonsense', ssl))).toEqual({
      status: 400,
      errors: [{ code: 1006, message: 'Undefined zone setting: nonsense' }],
    });
  });

  it('have Authenticated Origin Pulls, as a whole and for single hostnames', async () => {
    const { client, zone } = await startWithClient();
    const { settings, hostnames } = client.originTLSClientAuth;
    expect(await settings.get({ zone_id: zone })).toEqual({ enabled: false });
    expect(await settings.update({ zone_id: zone, enabled: true })).toEqual({ enabled: true });
    expect(await settings.get({ zone_id: zone })).toEqual({ enabled: true });

    const hostname = 'shop.example.com';
    const set = async (enabled: boolean | null) =>
      (await hostnames.update({ zone_id: zone, config: [{ hostname, enabled, cert_id: 'c1' }] })).result;
    expect(await set(true)).toMatchObject([{ hostname, enabled: true, cert_id: 'c1' }]);
    expect(await hostnames.get(hostname, { zone_id: zone })).toMatchObject({ hostname, enabled: true });
    await set(null);
    expect(await refusalOf(hostnames.get(hostname, { zone_id: zone }))).toMatchObject({ status: 404 });
    const outside = hostnames.update({ zone_id: zone, config: [{ hostname: 'example.org', enabled: true }] });
    expect(await refusalOf(outside)).toMatchObject({ status: 400 });
  });
});

describe('tokens', () => {
  it('are verified, and each may do what it was given', async () => {
    const { client, cloudflare, zone } = await startWithClient({
      tokens: { 'lab-token': ['zone:read'], 'dns-only': ['dns:edit'] },
    });
    expect(await client.user.tokens.verify()).toMatchObject({ status: 'active' });
    const forbidden = { status: 403, errors: [{ code: 10000, message: 'Authentication error' }] };
    expect(await refusalOf(client.dns.records.list({ zone_id: zone }))).toEqual(forbidden);
    const dnsOnly = clientOf(cloudflare, 'dns-only');
    expect((await dnsOnly.dns.records.list({ zone_id: zone })).result).toEqual([]);
    expect(await refusalOf(dnsOnly.zones.list())).toEqual(forbidden);
  });

  it('are refused when nobody knows them', async () => {
    const { cloudflare } = await startWithClient();
    const stranger = clientOf(cloudflare, 'stranger');
    expect(await refusalOf(stranger.user.tokens.verify())).toEqual({
      status: 401,
      errors: [{ code: 1000, message: 'Invalid API Token' }],
    });
    expect(await refusalOf(stranger.zones.list())).toEqual({
      status: 403,
      errors: [{ code: 9109, message: 'Invalid access token' }],
    });
    const nobody = await fetch(`${cloudflare.url}/zones`);
    expect(nobody.status).toBe(400);
    const odd = await fetch(`${cloudflare.url}/zones`, { headers: { authorization: 'Basic eDp5' } });
    expect(await odd.json()).toMatchObject({
      success: false,
      errors: [
        { code: 6003, error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }] },
      ],
    });
  });

  it('are not needed to ask which addresses Cloudflare has', async () => {
    const { cloudflare } = await startWithClient();
    const ips = await clientOf(cloudflare, 'stranger').ips.list();
    expect(ips.ipv4_cidrs).toContain('173.245.48.0/20');
    expect(ips.ipv6_cidrs).toContain('2400:cb00::/32');
  });
});
