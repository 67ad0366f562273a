import { once } from 'node:events';
import * as http2 from 'node:http2';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { TlsConfig } from '../../config/site-config';
import { pointerFromConfig } from '../../release/pointer';
import { newCertificate } from '../../test/certificate';
import { fiveNodes, tlsWith } from '../../test/sites';
import { certificateFile, generationPath, originPullsFile, readinessPath } from '../edge-paths';
import { haproxyCfg } from '../haproxy-cfg';
import {
  type Answer,
  type Asked,
  describeWithHaproxy,
  machines,
  RealEdges,
  until,
} from './real-edges.fixture';

/** The second one was away for a release, so it passes requests on to the first one. */
const [newest, returned] = machines;
const shop = 'shop.example.com';
/** A network of the operator's in the place of Cloudflare's. */
const proxies = '127.9.0.0/16';
const [proxy, client] = ['127.9.0.1', '127.7.1.1'];
const year = 'max-age=63072000';

const plainTls: TlsConfig = {
  ...tlsWith({ selfSigned: { validity: 90 } }),
  clientAddress: { ranges: [proxies] },
};

const site = newCertificate({ names: [shop] });
const authority = newCertificate({ names: ['pull-ca'], isAuthority: true });
const puller = newCertificate({ names: ['puller'], issuer: authority });
const stranger = newCertificate({ names: ['stranger'] });

async function start(
  tls: TlsConfig,
  edit: Partial<ReturnType<typeof fiveNodes>['edge']> = {},
): Promise<RealEdges> {
  const base = fiveNodes();
  const edges = await RealEdges.start(
    (slot, asked, reply) => {
      if (asked.url === '/own-hsts')
        reply.setHeader('strict-transport-security', 'max-age=1; includeSubDomains');
      reply.end(JSON.stringify({ ...asked.headers, slot }));
    },
    {
      ...base,
      services: base.services.map((service) => ({
        ...service,
        redirects: service.name === 'shop' ? [{ from: 'old.example.com', code: 301 as const }] : [],
      })),
      edge: { ...base.edge, ...edit, tls },
    },
  );
  const { generation, services } = pointerFromConfig(edges.site.release);
  const live = { ...services['shop']!, canary: 0 };
  const files = {
    [certificateFile]: site.certificate + site.key,
    [originPullsFile]: authority.certificate,
  };
  edges.startEdge(newest, { generation, services: { shop: live } }, { files });
  edges.startEdge(
    returned,
    { generation: generation - 1, services: { shop: { ...live, live: 'blue' } } },
    { files },
  );
  return edges;
}

/** A request over TLS and HTTP/1.1. */
function getTls(
  edges: RealEdges,
  edge: string,
  host: string,
  { method = 'GET', path = '/', headers = {}, from = '127.0.0.1' }: Asked = {},
  tls: ConnectionOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: edge, port: edges.site.edge.ports.https, localAddress: from, servername: shop },
        ...{ method, path, headers: { ...headers, host }, agent: false, ca: site.certificate },
        ...tls,
      },
      (answer) => {
        text(answer).then(
          (body) => resolve({ status: answer.statusCode!, headers: answer.headers, body }),
          reject,
        );
      },
    );
    asked.on('error', reject).end();
  });
}

describe('haproxyCfg with TLS', () => {
  it('says nothing of TLS while it is left out', () => {
    expect(haproxyCfg(fiveNodes(), {})).not.toMatch(/ssl|strict-transport|cf-connecting|secure/i);
  });
});

describeWithHaproxy('TLS, in real HAProxies (only where haproxy is installed)', () => {
  let edges: RealEdges;
  beforeAll(async () => {
    edges = await start(plainTls);
    for (const edge of machines) await until(async () => (await learns(edge)).slot === 'shop-green');
  }, 60_000);
  afterAll(() => edges.stop());

  async function learns(edge: string, asked: Asked = {}): Promise<Record<string, string>> {
    return JSON.parse((await getTls(edges, edge, shop, asked)).body) as Record<string, string>;
  }

  /** A handshake, with what came of it. */
  async function handshake(options: ConnectionOptions): Promise<TLSSocket> {
    const socket = connect({
      ...{ host: newest, port: edges.site.edge.ports.https, servername: shop, ca: site.certificate },
      ...options,
    });
    await once(socket, 'secureConnect');
    socket.destroy();
    return socket;
  }

  it('speaks HTTP/2 to who can', async () => {
    const session = http2.connect(`https://${newest}:${edges.site.edge.ports.https}`, {
      ca: site.certificate,
      servername: shop,
    });
    const asked = session.request({ ':path': '/', ':authority': shop });
    const [headers] = (await once(asked, 'response')) as [http2.IncomingHttpHeaders];
    expect([headers[':status'], (JSON.parse(await text(asked)) as { slot: string }).slot]).toEqual([
      200,
      'shop-green',
    ]);
    session.close();
  });

  it.each([
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['TLS 1.3', {}, 'TLSv1.3'],
    ['AES', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }, 'TLSv1.2'],
    [
      'ChaCha20, when the client likes it better',
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256' },
      'TLSv1.2',
    ],
  ] as const)('speaks %s', async (_, options, protocol) => {
    const socket = connect({
      host: newest,
      port: edges.site.edge.ports.https,
      servername: shop,
      ca: site.certificate,
      ...options,
    });
    await once(socket, 'secureConnect');
    const wanted = 'ciphers' in options ? options.ciphers.split(':')[0] : undefined;
    expect(socket.getProtocol()).toBe(protocol);
    if (wanted) expect(socket.getCipher().name).toBe(wanted);
    socket.destroy();
  });

  it.each([
    ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    [
      'a cipher without authenticated encryption',
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
    ],
  ] as const)('refuses %s', async (_, options) => {
    await expect(handshake(options)).rejects.toThrow(/alert|wrong version|unsupported protocol/i);
  });

  it('gives no session tickets, and a session that comes to another edge is as good as a new one', async () => {
    const options = {
      host: newest,
      port: edges.site.edge.ports.https,
      servername: shop,
      ca: site.certificate,
      maxVersion: 'TLSv1.2',
    } as const;
    const first = connect(options);
    await once(first, 'secureConnect');
    const session = first.getSession();
    expect(first.getTLSTicket()).toBeUndefined();
    first.destroy();
    for (const [edge, reused] of [
      [newest, true],
      [returned, false],
    ] as const) {
      const again = connect({ ...options, host: edge, session });
      await once(again, 'secureConnect');
      expect([edge, again.isSessionReused()]).toEqual([edge, reused]);
      again.destroy();
    }
  });

  describe.each([
    ['directly', newest],
    ['through another edge', returned],
  ])('%s', (_, edge) => {
    it('tells the service how the client came', async () => {
      expect(await learns(edge, { from: client, headers: { 'x-forwarded-proto': 'http' } })).toMatchObject({
        slot: 'shop-green',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': client,
        'x-forwarded-host': shop,
      });
    });

    it('tells browsers to come by TLS only', async () => {
      const { headers } = await getTls(edges, edge, shop);
      expect(headers['strict-transport-security']).toBe(year);
    });

    it('sends plain HTTP on, path and query kept', async () => {
      const { https } = edges.site.edge.ports;
      const { status, headers } = await edges.get(edge, `${shop}:8000`, {
        method: 'POST',
        path: '/cart?item=1',
      });
      expect([status, headers.location]).toEqual([308, `https://${shop}:${https}/cart?item=1`]);
      expect(headers['strict-transport-security']).toBeUndefined();
      // A claim of a client's own is none.
      expect((await edges.get(edge, shop, { headers: { 'x-forwarded-proto': 'https' } })).status).toBe(308);
      expect(
        (
          await edges.get(edge, shop, {
            headers: { 'evenkeel-forwarded': '1', 'x-forwarded-proto': 'https' },
          })
        ).status,
      ).toBe(308);
    });

    it.each(['http', 'https'])('answers its generation and its readiness over %s', async (scheme) => {
      const get = (path: string) =>
        scheme === 'http' ? edges.get(edge, edge, { path }) : getTls(edges, edge, edge, { path });
      expect((await get(generationPath)).status).toBe(200);
      expect(JSON.parse((await get(readinessPath)).body)).toHaveProperty('ready');
    });

    it('believes CF-Connecting-IP of the networks given', async () => {
      const headers = { 'cf-connecting-ip': '198.51.100.7', 'x-forwarded-for': '203.0.113.9' };
      expect(await learns(edge, { from: proxy, headers })).toMatchObject({
        'x-forwarded-for': '198.51.100.7',
      });
      expect(await learns(edge, { from: proxy })).toMatchObject({ 'x-forwarded-for': proxy });
      expect(await learns(edge, { from: proxy, headers: { 'cf-connecting-ip': 'nonsense' } })).toMatchObject({
        'x-forwarded-for': proxy,
      });
    });

    it('believes it of nobody else, and hides it from the service', async () => {
      const seen = await learns(edge, { from: client, headers: { 'cf-connecting-ip': '198.51.100.7' } });
      expect(seen).toMatchObject({ 'x-forwarded-for': client });
      expect(seen).not.toHaveProperty('cf-connecting-ip');
    });
  });

  it('leaves a service its own word to browsers', async () => {
    const { headers } = await getTls(edges, newest, shop, { path: '/own-hsts' });
    expect(headers['strict-transport-security']).toBe('max-age=1; includeSubDomains');
  });

  it('redirects to another hostname by the scheme that the client came by', async () => {
    const { status, headers } = await getTls(edges, newest, 'old.example.com:444', { path: '/a?b' });
    expect([status, headers.location]).toEqual([301, `https://${shop}:444/a?b`]);
    expect((await getTls(edges, newest, 'old.example.com')).headers.location).toBe(`https://${shop}/`);
  });
});

describeWithHaproxy('TLS for who shows a certificate (only where haproxy is installed)', () => {
  let edges: RealEdges;
  beforeAll(async () => {
    const { clientAddress, ...tls } = plainTls;
    edges = await start(
      {
        ...tls,
        originPulls: { caFile: '/unused' },
        hsts: { maxAge: 1, includeSubDomains: true, preload: true },
      },
      { trustedProxies: [proxies] },
    );
    await until(async () => (await pull(puller)).status === 200);
  }, 60_000);
  afterAll(() => edges.stop());

  const pull = (shown?: { certificate: string; key: string }, asked: Asked = {}) =>
    getTls(edges, newest, shop, asked, shown && { cert: shown.certificate, key: shown.key });

  it('serves a certificate of the CA', async () => {
    const { status, headers } = await pull(puller);
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toBe('max-age=86400; includeSubDomains; preload');
  });

  it.each([
    ['without one', undefined],
    ['with one of its own making', stranger],
  ])('refuses a client %s', async (_, shown) => {
    await expect(pull(shown)).rejects.toThrow(/alert|ECONNRESET|socket hang up/);
  });

  it('gives it nothing over plain HTTP either, but the way to HTTPS', async () => {
    expect((await edges.get(newest, shop)).status).toBe(308);
    expect((await edges.get(newest, shop, { path: generationPath })).status).toBe(200);
  });

  it('takes a trusted proxy’s word that the client came over TLS', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    expect((await edges.get(newest, shop, { from: proxy, headers })).status).toBe(200);
  });

  it('takes CF-Connecting-IP from a service that nobody is believed to say it to', async () => {
    const { body } = await pull(puller, { headers: { 'cf-connecting-ip': '198.51.100.7' } });
    expect(JSON.parse(body)).not.toHaveProperty('cf-connecting-ip');
  });
});
