import type { ServerResponse } from 'node:http';
import { Operator } from './operator.fixture';
import { RegistryStandIn } from './registry-stand-in';
import { resolveImage } from './resolve-image';
import { addImage } from './shop-image.fixture';

const arm = { os: 'linux', architecture: 'arm' };

let operator: Operator;
let registry: RegistryStandIn;
let digest: string;

beforeAll(async () => {
  operator = await Operator.make();
  registry = await RegistryStandIn.start(operator.certificate);
  operator.trust(registry.host);
  digest = addImage(registry, arm, '1.5.0');
});
beforeEach(() => {
  registry.received.length = 0;
});
afterAll(async () => {
  await RegistryStandIn.stopAll();
  operator.remove();
});

/** The first `times` questions for the manifest get this answer. */
function troubled(times: number, trouble: (answer: ServerResponse) => void): void {
  registry.intercept = ({ path }, answer) => {
    if (!path.includes('/manifests/') || times-- <= 0) return false;
    trouble(answer);
    return true;
  };
}

const resolve = (timeoutMs?: number) =>
  resolveImage(`${registry.host}/shop`, '1.5.0', {
    ...operator.settings,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
const attempts = () => registry.log.filter((line) => line.includes('/manifests/')).length;

describe('a request is made again', () => {
  it.each([429, 500, 502, 503, 504])('after HTTP status %s', async (status) => {
    troubled(3, (answer) => answer.writeHead(status).end());
    expect((await resolve()).digest).toBe(digest);
    expect(attempts()).toBe(4);
  });

  it('when the connection breaks before the answer', async () => {
    troubled(2, (answer) => answer.socket!.destroy());
    expect((await resolve()).digest).toBe(digest);
    expect(attempts()).toBe(3);
  });

  it('when the connection breaks within the answer', async () => {
    troubled(1, (answer) => {
      answer.writeHead(200, { 'content-length': '1000' }).write('{');
      setTimeout(() => answer.socket!.destroy(), 20);
    });
    expect((await resolve()).digest).toBe(digest);
    expect(attempts()).toBe(2);
  });

  it.each([
    ['seconds', () => '1', 1000],
    ['a date', () => new Date(Date.now() + 2000).toUTCString(), 900], // whole seconds
  ])('after as long as Retry-After asks for, in %s', async (_, header, least) => {
    troubled(1, (answer) => answer.writeHead(503, { 'retry-after': header() }).end());
    const began = performance.now();
    expect((await resolve()).digest).toBe(digest);
    expect(performance.now() - began).toBeGreaterThanOrEqual(least);
  });
});

describe('a request is given up', () => {
  it('after four attempts, with the status', async () => {
    troubled(100, (answer) => answer.writeHead(503).end());
    await expect(resolve()).rejects.toThrow(
      /^Asked the registry 127\.0\.0\.1:\d+ for manifests\/1\.5\.0 of .*; the answer was HTTP status 503\.$/,
    );
    expect(attempts()).toBe(4);
  });

  it('at once when the server asks for more than 10 s', async () => {
    troubled(100, (answer) => answer.writeHead(429, { 'retry-after': '11' }).end());
    await expect(resolve()).rejects.toThrow('HTTP status 429, try again after 11 s.');
    expect(attempts()).toBe(1);
  });

  it.each([400, 404, 405])('at once after HTTP status %s', async (status) => {
    troubled(100, (answer) => answer.writeHead(status).end());
    await expect(resolve()).rejects.toThrow();
    expect(attempts()).toBe(1);
  });

  it.each([
    ['before the answer', () => undefined],
    ['within the answer', (answer: ServerResponse) => void answer.writeHead(200).write('{')],
  ])('at once when the time is over %s', async (_, trouble) => {
    troubled(100, trouble);
    await expect(resolve(3000)).rejects.toThrow(
      `${registry.host} gave no usable answer: no answer within 3 s`,
    );
    expect(attempts()).toBe(1);
  });
});
