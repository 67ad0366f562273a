import { createServer } from 'node:https';
import { selfSigned } from './certificate.fixture';
import { checkEdge, type CheckOptions, readinessOf } from './check-edge';
import { listen, type LocalServer } from './local-server.fixture';
import type { PoolEdge } from './pool';

const edge: PoolEdge = { id: 'home/pi1', site: 'home', node: 'pi1', addresses: ['127.0.0.1'] };
const ready = { ready: true, generation: 7, stays: true, maintenance: [] as string[] };

/** What the edge answers, by path; a number is a status, and `silent` is no answer. */
let answers: Record<string, { status: number; body?: unknown } | 'silent'>;
let asked: { host?: string; path?: string }[];
let server: LocalServer;
const options = (more: Partial<CheckOptions> = {}): CheckOptions => ({
  scheme: 'http',
  port: server.port,
  hostname: 'shop.example.com',
  paths: [{ hostname: 'shop.example.com', path: '/alive' }],
  ...more,
});

const answering = () =>
  listen((request, response) => {
    asked.push({ host: request.headers.host, path: request.url });
    const answer = answers[request.url ?? ''] ?? { status: 404 };
    if (answer === 'silent') return;
    response
      .writeHead(answer.status)
      .end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });

beforeEach(async () => {
  answers = { '/.well-known/evenkeel/ready': { status: 200, body: ready }, '/alive': { status: 204 } };
  asked = [];
  server = await answering();
});
afterEach(() => server.stop());

describe('checkEdge', () => {
  it('asks for readiness and for the service under the public name, and reads the generation', async () => {
    expect(await checkEdge(edge, options(), 7)).toEqual({ kind: 'well', generation: 7 });
    const host = `shop.example.com:${server.port}`;
    expect(asked).toEqual(
      expect.arrayContaining([
        { host, path: '/.well-known/evenkeel/ready' },
        { host, path: '/alive' },
      ]),
    );
  });

  it.each([
    [
      'is not ready',
      '/.well-known/evenkeel/ready',
      { status: 503, body: { ...ready, ready: false } },
      'it is not ready: 503 ',
    ],
    [
      'says no generation',
      '/.well-known/evenkeel/ready',
      { status: 200, body: 'hello' },
      'it does not say its generation',
    ],
    ['is no edge of ours', '/.well-known/evenkeel/ready', { status: 404, body: '' }, 'it is not ready: 404'],
    ['has a sick service', '/alive', { status: 503 }, 'shop.example.com/alive answers 503'],
  ])('finds that an edge %s', async (_, path, answer, why) => {
    answers[path] = answer;
    const outcome = await checkEdge(edge, options(), undefined);
    expect(outcome).toMatchObject({ kind: 'failed', why: expect.stringContaining(why.trim()) as string });
  });

  it('refuses a generation below the one required', async () => {
    expect(await checkEdge(edge, options(), 8)).toEqual({
      kind: 'failed',
      why: 'it has generation 7, and 8 is required',
    });
  });

  it('understands an edge that says good-bye, and one whose node is in maintenance', () => {
    const leaves = { ...ready, ready: false, stays: false };
    expect(readinessOf(edge, { status: 503, body: JSON.stringify(leaves) })).toEqual({
      kind: 'leaving',
      why: 'it is about to stop',
    });
    const out = { ...ready, maintenance: ['pi1'] };
    expect(readinessOf(edge, { status: 200, body: JSON.stringify(out) })).toMatchObject({ kind: 'leaving' });
    expect(readinessOf({ ...edge, node: 'pi2' }, { status: 200, body: JSON.stringify(out) })).toMatchObject({
      kind: 'well',
    });
  });

  it('gives up on an answer that does not come, and on nobody there', async () => {
    answers['/alive'] = 'silent';
    expect(await checkEdge(edge, options(), undefined)).toEqual({
      kind: 'failed',
      why: 'no answer within 2000 ms',
    });
    await server.stop();
    expect(await checkEdge(edge, options(), undefined)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('ECONNREFUSED') as string,
    });
    server = await answering();
  });

  it('is not well when one of several addresses is not', async () => {
    // Nobody listens there.
    const two = { ...edge, addresses: ['127.0.0.1', '127.0.0.2'] };
    expect(await checkEdge(two, options(), undefined)).toMatchObject({ kind: 'failed' });
  });

  it('checks name and issuer of a certificate', async () => {
    const { cert, key } = selfSigned('shop.example.com');
    const tls = await listen(
      createServer({ cert, key }, (request, response) => {
        const answer = answers[request.url ?? ''];
        if (answer && answer !== 'silent') response.writeHead(answer.status).end(JSON.stringify(answer.body));
      }),
    );
    const https = { scheme: 'https' as const, port: tls.port };
    try {
      expect(await checkEdge(edge, options({ ...https, ca: cert }), undefined)).toMatchObject({
        kind: 'well',
      });
      expect(await checkEdge(edge, options(https), undefined)).toMatchObject({ kind: 'failed' });
      const other = options({ ...https, ca: cert, hostname: 'blog.example.com' });
      expect(await checkEdge(edge, other, undefined)).toMatchObject({ kind: 'failed' });
    } finally {
      await tls.stop();
    }
  });
});
