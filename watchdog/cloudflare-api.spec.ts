import { labToken } from '../lab/cloudflare/stand-in';
import { startCloudflare, type Cloudflare } from '../lab/cloudflare/start-cloudflare';
import { CallBudget } from './call-budget';
import { cloudflareApi } from './cloudflare-api';
import type { DnsApi, NewRecord } from './dns-api';

const zone = 'example.com';
let cloudflare: Cloudflare;
let api: DnsApi;
let time: number;

beforeEach(async () => {
  cloudflare = await startCloudflare();
  time = 0;
  api = apiWith(labToken);
});
afterEach(() => cloudflare.stop());

const apiWith = (token: string) =>
  cloudflareApi(
    { token, zoneId: cloudflare.standIn.zoneId(zone), apiUrl: cloudflare.url },
    new CallBudget(() => time),
  );
const address = (content: string, comment = 'evenkeel pool home/n1'): NewRecord => ({
  type: 'A',
  name: 'shop.example.com',
  content,
  comment,
  ttl: 60,
  proxied: false,
});
const fence = (number: number): NewRecord => ({
  type: 'TXT',
  name: '_evenkeel.shop.example.com',
  content: `"evenkeel fence ${number}"`,
  comment: 'evenkeel fence p=abcdef t=0 l=0',
  ttl: 60,
  proxied: false,
});
const post = (...posts: NewRecord[]) => api.change({ deletes: [], patches: [], posts });
const contents = () => cloudflare.standIn.records(zone).map(({ content }) => content);

const calls = () => cloudflare.standIn.calls().total;

describe('cloudflareApi', () => {
  it('makes, reads, changes and deletes records in one call, and sees only ours', async () => {
    await post(address('203.0.113.1'), address('203.0.113.2'), address('198.51.100.1', 'by hand'), fence(0));
    const ours = await api.ours();
    expect(ours.map(({ content }) => content.replaceAll('"', ''))).toEqual([
      '203.0.113.1',
      '203.0.113.2',
      'evenkeel fence 0',
    ]);
    expect(ours[0]).toEqual({ ...address('203.0.113.1'), id: expect.any(String) as string });
    const [one, two] = ours;
    await api.change({
      deletes: [one!.id],
      patches: [{ ...two!, ttl: 120 }],
      posts: [address('203.0.113.3')],
    });
    const sorted = (await api.ours())
      .map(({ content, ttl }) => `${content.replaceAll('"', '')} ${ttl}`)
      .sort();
    expect(sorted).toEqual(['203.0.113.2 120', '203.0.113.3 60', 'evenkeel fence 0 60']);
    expect((await api.named(['shop.example.com'])).map(({ comment }) => comment)).toContain('by hand');
    expect(await api.named(['other.example.com'])).toEqual([]);
  });

  it('does nothing of a batch whose fence somebody else has replaced', async () => {
    await post(address('203.0.113.1'), address('203.0.113.2'), fence(0));
    const seen = await api.ours();
    const id = (text: string) => seen.find(({ content }) => content.includes(text))!.id;
    const next = (gone: string) => ({ deletes: [id(gone), id('fence')], patches: [], posts: [fence(1)] });
    await api.change(next('203.0.113.1'));
    const after = contents();
    await expect(api.change(next('203.0.113.2'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(contents()).toEqual(after);
  });

  it('finds that one of two first fences, and a record that is there already, is a conflict', async () => {
    await post(fence(0));
    await expect(post(fence(0))).rejects.toMatchObject({ kind: 'conflict' });
    await post(address('203.0.113.1'));
    await expect(post(address('203.0.113.9'), address('203.0.113.1'))).rejects.toMatchObject({
      kind: 'conflict',
    });
    expect(contents()).not.toContain('203.0.113.9');
  });

  it('reads beyond the first page', async () => {
    for (const hundred of [0, 1, 2])
      await post(...Array.from({ length: 90 }, (_, index) => address(`203.0.${hundred}.${index}`)));
    const before = calls();
    expect(await api.ours()).toHaveLength(270);
    expect(calls() - before).toBe(3);
  });

  it.each([
    [
      '429, with its Retry-After',
      { kind: 'status', status: 429, retryAfter: 7 },
      { kind: 'limited', retryAfter: 7000 },
    ],
    ['500', { kind: 'status', status: 500 }, { kind: 'unreachable' }],
    ['a connection that is cut', { kind: 'hang-up' }, { kind: 'unreachable' }],
    [
      'half a body',
      { kind: 'malformed', text: '{"success":true,"result":[{"id":"0' },
      { kind: 'unreachable' },
    ],
    [
      'a page of a proxy',
      { kind: 'malformed', text: '<html>', contentType: 'text/html' },
      { kind: 'unreachable' },
    ],
    ['a body without a result', { kind: 'malformed', text: '{"success":true}' }, { kind: 'unreachable' }],
    [
      'records without IDs',
      { kind: 'malformed', text: '{"success":true,"result":[{}]}' },
      { kind: 'unreachable' },
    ],
  ] as const)('says what to make of %s, and calls once', async (_, fault, error) => {
    const before = calls();
    cloudflare.standIn.addFault(fault);
    await expect(api.ours()).rejects.toMatchObject(error);
    expect(calls() - before).toBe(1);
    await expect(post(address('203.0.113.1'))).rejects.toMatchObject({ kind: error.kind });
    cloudflare.standIn.clearFaults();
    expect(await api.ours()).toEqual([]);
  });

  it('waits four seconds for an answer', async () => {
    cloudflare.standIn.addFault({ kind: 'silent' });
    await expect(api.ours()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('refuses to go on with a token that may not', async () => {
    await expect(apiWith('wrong').ours()).rejects.toMatchObject({ kind: 'refused' });
  });

  it('keeps within its own budget, and makes no call beyond it', async () => {
    for (let call = 0; call < 150; call++) await api.ours();
    time = 60_000;
    const before = calls();
    await expect(api.ours()).rejects.toMatchObject({ kind: 'limited', retryAfter: 240_000 });
    expect(calls()).toBe(before);
    time = 300_000;
    expect(await api.ours()).toEqual([]);
  });
});
