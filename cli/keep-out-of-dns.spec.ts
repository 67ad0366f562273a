import { labToken } from '../lab/cloudflare/stand-in';
import { startCloudflare, type Cloudflare } from '../lab/cloudflare/start-cloudflare';
import { cloudflareWith, threeNodes } from '../test/sites';
import type { SiteConfig } from '../config/site-config';
import { keepOutOfDns } from './keep-out-of-dns';

let config: Partial<SiteConfig>;
let generation: number;
let token: string | Error;

jest.mock('./project', () => ({
  openProject: () =>
    Promise.resolve({
      release: { generation, services: {} },
      siteWith: () => ({ ...threeNodes(), site: 'home', ...config }),
    }),
}));
jest.mock('./read-secret', () => ({
  readSecret: () => (token instanceof Error ? Promise.reject(token) : Promise.resolve(token)),
}));

describe('keepOutOfDns', () => {
  let cloudflare: Cloudflare;
  let said: string[];
  beforeEach(async () => {
    cloudflare = await startCloudflare();
    said = [];
    generation = 8;
    token = labToken;
    config = {
      cloudflare: cloudflareWith({
        zoneId: cloudflare.standIn.zoneId('example.com'),
        apiUrl: cloudflare.url,
      }),
      pool: {
        hostnames: ['shop.example.com'],
        edges: [{ site: 'home', node: 'pi1', addresses: ['203.0.113.7'] }],
        proxied: true,
        ttl: 60_000,
        check: { scheme: 'https' },
      },
    };
  });
  afterEach(() => cloudflare.stop());

  const tell = () => keepOutOfDns({ stack: 'home' }, (line) => void said.push(line));
  const comments = () => cloudflare.standIn.records('example.com').map(({ comment }) => comment);

  it('requires the generation of the stack file, and never one that is older', async () => {
    await tell();
    expect(comments()).toEqual(['evenkeel require home 8']);
    generation = 7;
    await tell();
    expect(comments()).toEqual(['evenkeel require home 8']);
    expect(said).toEqual(
      Array(2).fill('the watchdogs keep its edges out of DNS until they have generation 8'),
    );
  });

  it('does nothing where there is no pool', async () => {
    delete config.pool;
    await tell();
    expect(cloudflare.standIn.calls().total).toBe(0);
    expect(said).toEqual([]);
  });

  it.each([
    ['the API refuses the token', () => (token = 'another')],
    ['the token can’t be read', () => (token = new Error('no passphrase'))],
    ['the API does not answer well', () => cloudflare.standIn.addFault({ kind: 'status', status: 500 })],
  ])('says so and goes on when %s', async (_, happen) => {
    happen();
    await tell();
    expect(said).toEqual([
      expect.stringMatching(
        /^the watchdogs could not be told to keep its edges out of DNS until they have generation 8, so it may come back with what it had: ./,
      ),
    ]);
    expect(comments()).toEqual([]);
  });
});
