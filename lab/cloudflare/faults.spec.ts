import { startWithClient, stopAll, type ClientAndStandIn } from './client.fixture';

let site: ClientAndStandIn;
beforeEach(async () => {
  site = await startWithClient();
});
afterEach(stopAll);

const add = (index: number) =>
  site.client.dns.records.create({
    zone_id: site.zone,
    type: 'A',
    name: 'shop.example.com',
    content: `192.0.2.${index}`,
    ttl: 60,
  });
const list = async () => (await site.client.dns.records.list({ zone_id: site.zone })).result;
const kept = () => site.cloudflare.standIn.records('example.com').length;
const control = (method: string, path: string, body?: object) =>
  fetch(`${site.cloudflare.controlUrl}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });

describe('a stand-in that is told to fail', () => {
  it('answers with an error, as many times as it was told, and does nothing', async () => {
    site.cloudflare.standIn.addFault({ kind: 'status', status: 503, times: 2 });
    await expect(add(1)).rejects.toMatchObject({ status: 503 });
    await expect(add(1)).rejects.toMatchObject({ status: 503 });
    expect(kept()).toBe(0);
    await add(1);
    expect(kept()).toBe(1);
  });

  it('says 429 with the seconds to wait', async () => {
    site.cloudflare.standIn.addFault({ kind: 'status', status: 429, retryAfter: 7, times: 1 });
    const error = (await add(1).catch((reason: unknown) => reason)) as { status: number; headers: Headers };
    expect([error.status, error.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('does what it was asked, and answers with an error all the same', async () => {
    site.cloudflare.standIn.addFault({ kind: 'status', status: 500, carriedOut: true, times: 1 });
    await expect(add(1)).rejects.toMatchObject({ status: 500 });
    expect(kept()).toBe(1);
    // The second attempt finds the first one's record.
    await expect(add(1)).rejects.toMatchObject({ errors: [{ code: 81058 }] });
  });

  it('hangs up', async () => {
    site.cloudflare.standIn.addFault({ kind: 'hang-up', times: 1 });
    await expect(list()).rejects.toThrow('Connection error.');
    expect(await list()).toEqual([]);
  });

  it('never answers', async () => {
    site.cloudflare.standIn.addFault({ kind: 'silent', times: 1 });
    const signal = AbortSignal.timeout(300);
    const call = fetch(`${site.cloudflare.url}/ips`, { signal });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('answers late, with what is there then', async () => {
    site.cloudflare.standIn.addFault({ kind: 'slow', milliseconds: 3000, method: 'GET' });
    const answer = list();
    await add(1);
    expect(await answer).toHaveLength(1);
  });

  it('answers with half a body', async () => {
    site.cloudflare.standIn.addFault({ kind: 'malformed', times: 1 });
    await expect(list()).rejects.toThrow(/JSON/);
    site.cloudflare.standIn.addFault({
      kind: 'malformed',
      text: '<html>',
      contentType: 'text/html',
      times: 1,
    });
    // The official client hands on what is no JSON; a list of it is empty. Who counts records must not believe that.
    expect(await list()).toEqual([]);
  });

  it('goes on showing an old list while it takes changes', async () => {
    await add(1);
    site.cloudflare.standIn.addFault({ kind: 'stale', path: '/dns_records$' });
    await add(2);
    expect(await list()).toHaveLength(1);
    expect(kept()).toBe(2);
    site.cloudflare.standIn.clearFaults();
    expect(await list()).toHaveLength(2);
  });

  it('fails at the method and path that it was told, and nowhere else', async () => {
    site.cloudflare.standIn.addFault({
      kind: 'status',
      status: 500,
      method: 'POST',
      path: '^/zones/.*/dns_records$',
    });
    await expect(add(1)).rejects.toMatchObject({ status: 500 });
    expect(await list()).toEqual([]);
  });

  it('is told so over HTTP, and says what is on', async () => {
    expect((await control('POST', '/faults', { kind: 'status', status: 502 })).status).toBe(200);
    await expect(list()).rejects.toMatchObject({ status: 502 });
    expect(await (await control('GET', '/faults')).json()).toEqual({
      faults: [{ kind: 'status', status: 502 }],
    });
    await control('DELETE', '/faults');
    expect(await list()).toEqual([]);
    const refused = await control('POST', '/faults', { kind: 'sulk' });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: 'kind: got "sulk"; allowed: status, slow, silent, hang-up, malformed, stale.' },
    ]);
  });
});

describe('calls', () => {
  it('are counted by hour and by what was asked for, the control path left out', async () => {
    await add(1);
    await list();
    await control('GET', '/records/example.com');
    const calls = (await (await control('GET', '/calls')).json()) as { total: number; byRoute: object };
    expect(calls).toMatchObject({
      total: 2,
      byRoute: { 'POST /zones/:zone/dns_records': 1, 'GET /zones/:zone/dns_records': 1 },
    });
    await control('DELETE', '/calls');
    expect(site.cloudflare.standIn.calls().total).toBe(0);
  });
});
