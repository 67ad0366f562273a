import { setTimeout as sleep } from 'node:timers/promises';
import { pointerFromConfig } from '../release/pointer';
import { recorded } from './haproxy-answers.recorded';
import { describeWithHaproxy, machines, RealEdges, until } from './haproxy-cfg/real-edges.fixture';
import { MasterCli } from './master-cli.fixture';
import type { RequestSample } from './request-sample';
import { watchRequests } from './watch-requests';

const events = '@1 show events canary\n';

describe('watchRequests', () => {
  let masterCli: MasterCli;
  let got: RequestSample[];
  let end: AbortController;

  beforeAll(async () => {
    masterCli = await MasterCli.start();
  });
  beforeEach(() => {
    masterCli.reset();
    masterCli.clock = () => 1795270623000; // when the answers were recorded
    masterCli.answers = { 'show proc\n': recorded.proc, [events]: recorded.events };
    got = [];
    end = new AbortController();
  });
  afterAll(() => masterCli.close());

  /** Watches, by default all that was ever logged, and by the session to the edge that stands. */
  function watch({
    since = 0,
    open = () => Promise.resolve(masterCli.session),
    onSamples = (samples: RequestSample[]) => void got.push(...samples),
  } = {}): Promise<void> {
    return watchRequests(open, { since, signal: end.signal, onSamples });
  }

  const counters = () => got.map(({ counter }) => counter);

  it('hands on what was logged, and at the end what came since, each request once', async () => {
    masterCli.answers[events] = [recorded.events, recorded.eventsLater];
    const watching = watch();
    await until(() => Promise.resolve(got.length > 0));
    expect(counters()).toEqual([0, 1, 3]);
    end.abort();
    await watching;
    expect(counters()).toEqual([0, 1, 3, 5]);
  });

  it('looks again by itself', async () => {
    masterCli.answers[events] = [recorded.events, recorded.eventsLater];
    const watching = watch();
    await until(() => Promise.resolve(got.length === 4));
    end.abort();
    await watching;
    expect(counters()).toEqual([0, 1, 3, 5]);
  });

  it('looks once when its time is over at the start', async () => {
    end.abort();
    await watch();
    expect(counters()).toEqual([0, 1, 3]);
  });

  it.each([
    ['by the edge’s clock was', -10_000, 3],
    ['is to come', 10_000, 0],
  ])('hands on requests since a moment that %s, by this machine’s clock', async (_, offset, expected) => {
    end.abort();
    const since = Date.now() + offset;
    await watch({ since });
    expect(got).toHaveLength(expected);
    for (const { at } of got) {
      expect(at).toBeGreaterThanOrEqual(since);
      expect(at).toBeLessThanOrEqual(Date.now());
    }
  });

  it('asks old workers too, and takes the same counter of another process for another request', async () => {
    masterCli.answers['show proc\n'] = recorded.procAfterReload;
    masterCli.answers['@!17865 show events canary\n'] = recorded.events.replaceAll(' 8973 ', ' 17865 ');
    end.abort();
    await watch();
    expect(got.map(({ process, counter }) => `${process} ${counter}`).sort()).toEqual([
      '17865 0',
      '17865 1',
      '17865 3',
      '8973 0',
      '8973 1',
      '8973 3',
    ]);
  });

  it('hands on no request again after a look at which a worker did not answer', async () => {
    masterCli.answers[events] = [recorded.events, recorded.noSuchWorker, recorded.eventsLater];
    const watching = watch();
    await until(() => Promise.resolve(got.length === 4));
    end.abort();
    await watching;
    expect(counters()).toEqual([0, 1, 3, 5]);
  });

  it('tries an edge again that could not be read, with a new session', async () => {
    let opened = 0;
    const open = () =>
      opened++ === 0 ? Promise.reject(new Error('pi1: no answer')) : Promise.resolve(masterCli.session);
    const watching = watch({ open });
    await until(() => Promise.resolve(got.length > 0));
    end.abort();
    await watching;
    expect(counters()).toEqual([0, 1, 3]);
  });

  it('throws when the last look fails, and has handed on what came before', async () => {
    masterCli.answers[events] = [recorded.events, recorded.noSuchRing];
    const watching = watch();
    await until(() => Promise.resolve(got.length > 0));
    end.abort();
    await expect(watching).rejects.toThrow(/^pi1: its haproxy.cfg, from an earlier version/);
    expect(counters()).toEqual([0, 1, 3]);
  });

  it('tries the last look again', async () => {
    masterCli.answers[events] = [recorded.noSuchRing, recorded.events];
    end.abort();
    await watch();
    expect(counters()).toEqual([0, 1, 3]);
  });

  it('throws when the edge’s clock can’t be read', async () => {
    masterCli.clock = () => NaN;
    end.abort();
    await expect(watch()).rejects.toThrow(new Error("pi1: its clock can't be read: NaN"));
  });

  it('ends with the error of whoever takes the samples', async () => {
    const onSamples = () => {
      throw new Error('disk full');
    };
    await expect(watch({ onSamples })).rejects.toThrow(new Error('disk full'));
  });
});

describeWithHaproxy('watchRequests, in a real HAProxy (only where haproxy is installed)', () => {
  const [edge] = machines;
  let edges: RealEdges;

  beforeAll(async () => {
    edges = await RealEdges.start();
    edges.startEdge(edge, pointerFromConfig(edges.site.release));
  }, 60_000);
  afterAll(() => edges.stop());

  it('hands on every request once, over a reload too', async () => {
    const api = await edges.runtimeApi(edge);
    const session = await edges.session(edge);
    const ask = (count: number) =>
      Promise.all(Array.from({ length: count }, () => edges.get(edge, 'blog.example.com')));
    await until(async () => (await ask(1))[0]!.status === 200);
    // HAProxy logs a request when its client has the answer already.
    const logged = async (count: number) => (await api.requestSamples()).length >= count;
    await until(() => logged(1));
    const already = (await api.requestSamples()).length;

    const got: RequestSample[] = [];
    const end = new AbortController();
    const watching = watchRequests(() => Promise.resolve(session), {
      since: Date.now() - 60_000,
      signal: end.signal,
      onSamples: (samples) => void got.push(...samples),
    });
    for (let round = 0; round < 10; round++) {
      await ask(50);
      await sleep(50);
    }
    await until(() => Promise.resolve(got.length >= already + 500));
    await api.reload();
    await ask(100);
    await until(() => logged(100));
    end.abort();
    await watching;
    expect(got).toHaveLength(already + 600);
    expect(new Set(got.map(({ process, counter }) => `${process} ${counter}`)).size).toBe(got.length);
    expect(new Set(got.map(({ process }) => process)).size).toBe(2);
  }, 60_000);
});
