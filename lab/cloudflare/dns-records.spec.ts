import { refusalOf, startWithClient, stopAll } from './client.fixture';

afterEach(stopAll);

const address = (index: number) => `192.0.2.${index}`;

describe('DNS records', () => {
  it('are created, read, edited, overwritten and deleted as the official client asks', async () => {
    const { client, zone, cloudflare } = await startWithClient();
    const fields = {
      zone_id: zone,
      type: 'A' as const,
      name: 'shop.example.com',
      content: address(1),
      ttl: 60,
    };
    const created = await client.dns.records.create({ ...fields, comment: 'evenkeel fra' });
    expect(created).toMatchObject({
      name: 'shop.example.com',
      type: 'A',
      content: address(1),
      ttl: 60,
      proxied: false,
      proxiable: true,
      comment: 'evenkeel fra',
      tags: [],
    });
    expect(created.id).toMatch(/^[0-9a-f]{32}$/);
    expect(await client.dns.records.get(created.id, { zone_id: zone })).toEqual(created);

    const edited = await client.dns.records.edit(created.id, {
      ...fields,
      content: address(2),
      proxied: true,
    });
    expect(edited).toMatchObject({
      id: created.id,
      content: address(2),
      ttl: 1,
      proxied: true,
      comment: 'evenkeel fra',
      created_on: created.created_on,
    });

    const overwritten = await client.dns.records.update(created.id, { ...fields, content: address(3) });
    expect(overwritten).toMatchObject({ content: address(3), ttl: 60, proxied: false, comment: null });

    expect(await client.dns.records.delete(created.id, { zone_id: zone })).toEqual({ id: created.id });
    expect(cloudflare.standIn.records('example.com')).toEqual([]);
  });

  it('take a name without the zone, and answer with the whole one in Punycode and small letters', async () => {
    const { client, zone } = await startWithClient();
    const named = async (name: string, index: number) =>
      (await client.dns.records.create({ zone_id: zone, type: 'A', name, content: address(index), ttl: 1 }))
        .name;
    expect(await named('@', 1)).toBe('example.com');
    expect(await named('www', 2)).toBe('www.example.com');
    expect(await named('Shop.Example.com', 3)).toBe('shop.example.com');
    expect(await named('grün', 4)).toBe('xn--grn-ioa.example.com');
  });

  it('are listed page by page: 250 records are three pages of 100, and an empty one ends it', async () => {
    const { client, zone, cloudflare } = await startWithClient();
    const posts = Array.from({ length: 250 }, (_, index) => ({
      type: 'TXT' as const,
      name: `n${index}.example.com`,
      content: `"${index}"`,
      ttl: 1 as const,
    }));
    await client.dns.records.batch({ zone_id: zone, posts: posts.slice(0, 200) });
    await client.dns.records.batch({ zone_id: zone, posts: posts.slice(200) });
    cloudflare.standIn.forgetCalls();

    const names: string[] = [];
    for await (const record of client.dns.records.list({ zone_id: zone })) names.push(record.name);
    expect([...names].sort()).toEqual(posts.map(({ name }) => name).sort());
    expect(cloudflare.standIn.calls().byRoute).toEqual({ 'GET /zones/:zone/dns_records': 4 });

    const page = await client.dns.records.list({ zone_id: zone, per_page: 40, page: 7 });
    expect(page.result_info).toEqual({ page: 7, per_page: 40, count: 10, total_count: 250, total_pages: 7 });
  });

  it('are filtered by name, type, content, comment and tag, all of them or any', async () => {
    const { client, zone } = await startWithClient();
    const add = (type: 'A' | 'TXT', name: string, content: string, comment?: string) =>
      client.dns.records.create({ zone_id: zone, type, name, content, ttl: 60, ...(comment && { comment }) });
    await add('A', 'shop.example.com', address(1), 'evenkeel pool=shop site=fra');
    await add('A', 'shop.example.com', address(2), 'evenkeel pool=shop site=home');
    await add('A', 'mail.example.com', address(3));
    await add('TXT', 'shop.example.com', '"v=1"', 'by hand');

    type Query = Omit<Parameters<typeof client.dns.records.list>[0], 'zone_id'>;
    const contents = async (query: Query) =>
      (await client.dns.records.list({ zone_id: zone, ...query })).result.map(({ content }) => content);

    expect(await contents({ name: { exact: 'SHOP.example.com' }, type: 'A' })).toEqual([
      address(1),
      address(2),
    ]);
    expect(await contents({ comment: { startswith: 'evenkeel' } })).toEqual([address(1), address(2)]);
    expect(await contents({ comment: { contains: 'site=home' } })).toEqual([address(2)]);
    expect(await contents({ comment: { endswith: 'HAND' } })).toEqual(['"v=1"']);
    expect(await contents({ comment: { exact: 'by hand' } })).toEqual(['"v=1"']);
    expect(await contents({ comment: { absent: 'true' } })).toEqual([address(3)]);
    expect(await contents({ comment: { present: 'true' }, type: 'TXT' })).toEqual(['"v=1"']);
    expect(await contents({ content: { exact: address(3) } })).toEqual([address(3)]);
    expect(await contents({ content: { exact: address(3) }, type: 'TXT', match: 'any' })).toEqual([
      address(3),
      '"v=1"',
    ]);
    expect(await contents({ tag: { present: 'evenkeel' } })).toEqual([]);
    expect(await contents({ proxied: true })).toEqual([]);
    expect(await contents({ order: 'content', direction: 'desc', type: 'A' })).toEqual([
      address(3),
      address(2),
      address(1),
    ]);
  });

  it('are changed many at once: deletes, patches, puts, posts', async () => {
    const { client, zone, cloudflare } = await startWithClient();
    const base = { type: 'A' as const, name: 'shop.example.com', ttl: 60 };
    const made = await client.dns.records.batch({
      zone_id: zone,
      posts: [1, 2, 3].map((index) => ({ ...base, content: address(index) })),
    });
    const [first, second, third] = made.posts!;
    const answer = await client.dns.records.batch({
      zone_id: zone,
      deletes: [{ id: first!.id }],
      patches: [{ ...base, id: second!.id, content: address(20) }],
      puts: [{ ...base, id: third!.id, content: address(30) }],
      // The same as the record that is deleted in the same batch: deletes come first.
      posts: [{ ...base, content: address(1) }],
    });
    expect(answer.deletes!.map(({ id }) => id)).toEqual([first!.id]);
    const contents = cloudflare.standIn.records('example.com').map(({ content }) => content);
    expect(contents.sort()).toEqual([address(1), address(20), address(30)]);
  });

  it('stay as they were when one change of a batch is refused', async () => {
    const { client, zone, cloudflare } = await startWithClient();
    const base = { type: 'A' as const, name: 'shop.example.com', ttl: 60 };
    const kept = await client.dns.records.create({ zone_id: zone, ...base, content: address(1) });
    const refused = await refusalOf(
      client.dns.records.batch({
        zone_id: zone,
        deletes: [{ id: kept.id }],
        posts: [
          { ...base, content: address(2) },
          { ...base, content: 'nowhere' },
        ],
      }),
    );
    expect(refused.status).toBe(400);
    expect(cloudflare.standIn.records('example.com')).toEqual([kept]);
  });

  it.each([
    [{ type: 'A', content: 'nowhere' }, 9005, 'Content for A record must be a valid IPv4 address.'],
    [{ type: 'AAAA', content: '192.0.2.1' }, 9006, 'Content for AAAA record must be a valid IPv6 address.'],
    [
      { type: 'A', content: '192.0.2.1', ttl: 5 },
      9021,
      'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.',
    ],
    [
      { type: 'A', content: '192.0.2.1', tags: ['owner:evenkeel'] },
      9300,
      'DNS record has 1 tags, exceeding the quota of 0.',
    ],
    [
      { type: 'A', content: '192.0.2.1', comment: 'x'.repeat(101) },
      9301,
      'DNS record comment exceeds the limit of 100 characters.',
    ],
  ])('are refused with a wrong field: %j', async (fields, code, message) => {
    const { client, zone } = await startWithClient();
    const body = { zone_id: zone, name: 'shop.example.com', ttl: 60, ...fields } as Parameters<
      typeof client.dns.records.create
    >[0];
    const chain = [{ code, message }];
    expect(await refusalOf(client.dns.records.create(body))).toEqual({
      status: 400,
      errors: [{ code: 1004, message: 'DNS Validation Error', error_chain: chain }],
    });
  });

  it('are refused where another record stands: twice the same, or a CNAME beside an address', async () => {
    const { client, zone } = await startWithClient();
    const add = (type: 'A' | 'CNAME', name: string, content: string) =>
      client.dns.records.create({ zone_id: zone, type, name, content, ttl: 60 });
    await add('A', 'a.example.com', address(1));
    await add('CNAME', 'c.example.com', 'a.example.com');
    const error = (code: number, message: string) => ({ status: 400, errors: [{ code, message }] });
    expect(await refusalOf(add('A', 'a.example.com', address(1)))).toEqual(
      error(81058, 'An identical record already exists.'),
    );
    expect(await refusalOf(add('CNAME', 'a.example.com', 'b.example.com'))).toEqual(
      error(81053, 'An A, AAAA, or CNAME record with that host already exists.'),
    );
    expect(await refusalOf(add('A', 'c.example.com', address(2)))).toEqual(
      error(81054, 'A CNAME record with that host already exists.'),
    );
  });

  it('that are not there are refused with 404, and so is an unknown zone', async () => {
    const { client, zone } = await startWithClient();
    const id = '0'.repeat(32);
    const missing = { status: 404, errors: [{ code: 81044, message: 'Record does not exist.' }] };
    expect(await refusalOf(client.dns.records.get(id, { zone_id: zone }))).toEqual(missing);
    expect(await refusalOf(client.dns.records.delete(id, { zone_id: zone }))).toEqual(missing);
    const message = `Could not route to /client/v4/zones/${id}, perhaps your object identifier is invalid?`;
    expect(await refusalOf(client.dns.records.list({ zone_id: id }))).toEqual({
      status: 404,
      errors: [{ code: 7003, message }],
    });
  });
});
