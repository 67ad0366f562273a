import { formatPointer, type Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { recorded } from './haproxy-answers.recorded';
import { pointerMapFile } from './edge-paths';
import { type MasterAnswer, MasterCli } from './master-cli.fixture';
import { RuntimeApi } from './runtime-api';

const pointer: Pointer = {
  generation: 7,
  services: { shop: { live: 'blue', canary: 0, digests: { blue: digestOf('a'), green: digestOf('b') } } },
};

let masterCli: MasterCli;
let api: RuntimeApi;

beforeAll(async () => {
  masterCli = await MasterCli.start();
  api = new RuntimeApi(masterCli.session);
});
beforeEach(() => masterCli.reset());
afterAll(() => masterCli.close());

const prepareMap = `@1 prepare map ${pointerMapFile}\n`;
const addMap = `@1 add map @2 ${pointerMapFile} <<\n${formatPointer(pointer)}\n`;
const commitMap = `@1 commit map @2 ${pointerMapFile}\n`;

describe('RuntimeApi.workers', () => {
  it('is the current worker alone where no other works any more', async () => {
    masterCli.answers = { 'show proc\n': recorded.proc };
    expect(await api.workers()).toEqual(['@1']);
  });

  it('has the old ones that still finish requests too, by their pids', async () => {
    masterCli.answers = { 'show proc\n': recorded.procAfterReload };
    expect(await api.workers()).toEqual(['@1', '@!17865']);
  });
});

describe('RuntimeApi', () => {
  it('gives up an answer that does not come to its end, says which, and goes on with the next one', async () => {
    const impatient = new RuntimeApi(masterCli.session, 100);
    masterCli.answers = { 'show proc\n': recorded.proc };
    masterCli.stuck = { 'show proc\n': 1 };
    await expect(impatient.workers()).rejects.toThrow(
      new Error('pi1: HAProxy has not answered "show proc" within 0.1 s'),
    );
    expect(await api.workers()).toEqual(['@1']);
  });
});

describe('RuntimeApi.variable', () => {
  // Recorded from HAProxy 2.6.12.
  it.each([
    ['a number', 'proc.finish_shop: type=sint value=<1795272291240>\n', '1795272291240'],
    ['a text', 'proc.finish_shop: type=str value=<green>\n', 'green'],
    ['nothing where it is not set', 'Variable not found.\n\n', undefined],
  ])('is %s', async (_, answer, value) => {
    masterCli.answers = { '@!17865 get var proc.finish_shop\n': answer };
    expect(await api.variable('proc.finish_shop', '@!17865')).toBe(value);
  });
});

describe('RuntimeApi.setServerState', () => {
  // Recorded from HAProxy 2.6.12.
  it('is quiet when it is done', async () => {
    masterCli.answers = { '@!17865 set server shop-blue/pi1 state drain\n': '\n' };
    await api.setServerState('shop-blue', 'pi1', 'drain', '@!17865');
    expect(masterCli.asked).toEqual(['@!17865 set server shop-blue/pi1 state drain\n']);
  });

  it.each([
    ['there is no such server', 'No such server.\n\n'],
    ['there is no such backend', 'No such backend.\n\n'],
    ['the worker is gone', "Can't find the target PID matching the prefix '@!17865'\n"],
  ])('throws with what HAProxy says when %s', async (_, said) => {
    masterCli.answers = { '@1 set server shop-blue/pi9 state ready\n': said };
    await expect(api.setServerState('shop-blue', 'pi9', 'ready')).rejects.toThrow(
      new Error(`pi1: shop-blue/pi9: ${said.trim()}`),
    );
  });
});

describe('RuntimeApi.info', () => {
  it('is what the worker has: its host name, its haproxy.cfg, its map', async () => {
    masterCli.answers = {
      '@1 show info\n': recorded.info,
      [`@1 show map ${pointerMapFile}\n`]: recorded.map,
    };
    expect(await api.info()).toEqual({ container: 'vm', haproxyCfg: '97b489017d79d112', pointer });
  });

  it('asks an old worker by its pid', async () => {
    masterCli.answers = {
      '@!17865 show info\n': recorded.info,
      [`@!17865 show map ${pointerMapFile}\n`]: recorded.map,
    };
    expect((await api.info('@!17865')).pointer).toEqual(pointer);
  });

  it.each([
    ['the worker has no such map', recorded.unknownMap, recorded.unknownMap.trim()],
    ['the worker is gone', recorded.noSuchWorker, recorded.noSuchWorker.trim()],
  ])('throws with what HAProxy says when %s', async (_, map, said) => {
    masterCli.answers = {
      '@1 show info\n': recorded.info,
      [`@1 show map ${pointerMapFile}\n`]: map,
    };
    await expect(api.info()).rejects.toThrow(new Error(`not a line of a pointer: "${said}"`));
  });

  it('throws when the map is empty', async () => {
    masterCli.answers = {
      '@1 show info\n': recorded.info,
      [`@1 show map ${pointerMapFile}\n`]: recorded.done,
    };
    await expect(api.info()).rejects.toThrow(new Error('the pointer has no line "generation N"'));
  });

  it('throws when nobody listens on the master socket', async () => {
    masterCli.down = 2;
    await expect(api.info()).rejects.toThrow(
      /^pi1: \/var\/lib\/evenkeel\/edge\/master\.sock: \(SSH\) Channel open failure/,
    );
  });
});

describe('RuntimeApi.serverStats', () => {
  it('has a row for each server and each backend, with the result of its check and its requests', async () => {
    masterCli.answers = { '@1 show stat\n': recorded.stat };
    expect(await api.serverStats()).toEqual([
      { backend: 'public', server: 'FRONTEND', status: 'OPEN', check: '', sessions: 3 },
      { backend: 'shop-blue', server: 'pi1', status: 'UP', check: 'L7OK', sessions: 0 },
      { backend: 'shop-blue', server: 'pi2', status: 'DOWN', check: 'L4CON', sessions: 0 },
      { backend: 'shop-blue', server: 'pi3', status: 'UP', check: '* L7OK', sessions: 3 },
      { backend: 'shop-blue', server: 'BACKEND', status: 'UP', check: '', sessions: 3 },
      { backend: 'shop-green', server: 'pi1', status: 'UP', check: 'L7OK', sessions: 0 },
      { backend: 'shop-green', server: 'pi2', status: 'DOWN', check: 'L7STS', sessions: 0 },
      { backend: 'shop-green', server: 'BACKEND', status: 'UP', check: '', sessions: 0 },
    ]);
  });
});

describe('RuntimeApi.serversState', () => {
  it('is what HAProxy says, to the letter: the file is read by HAProxy itself', async () => {
    masterCli.answers = { '@1 show servers state\n': recorded.serversState };
    expect(await api.serversState()).toBe(recorded.serversState);
  });
});

describe('RuntimeApi.requestSamples', () => {
  it('are what the worker’s ring has of requests to slots, and nothing else that is in it', async () => {
    masterCli.answers = { '@1 show events canary\n': recorded.events };
    const samples = await api.requestSamples();
    expect(samples.map(({ at, slot, server, failed }) => ({ at, slot, server, failed }))).toEqual([
      { at: 1795270622422, slot: 'blue', server: 'pi1', failed: false },
      { at: 1795270622437, slot: 'green', server: 'pi1', failed: false },
      { at: 1795270622467, slot: 'blue', server: 'pi1', failed: true },
    ]);
  });

  it('are none of a worker that is gone', async () => {
    masterCli.answers = { '@!99999 show events canary\n': recorded.noSuchWorker };
    expect(await api.requestSamples('@!99999')).toEqual([]);
  });

  it('throws when the edge’s haproxy.cfg has no ring', async () => {
    masterCli.answers = { '@1 show events canary\n': recorded.noSuchRing };
    await expect(api.requestSamples()).rejects.toThrow(
      new Error(
        'pi1: its haproxy.cfg, from an earlier version of Evenkeel, logs no requests. Run: pulumi up',
      ),
    );
  });
});

describe('RuntimeApi.prepare', () => {
  it('gives the worker the whole pointer as a new version, and commits nothing', async () => {
    masterCli.answers = { [prepareMap]: recorded.prepared, [addMap]: recorded.done };
    await api.prepare(pointer);
    expect(masterCli.asked).toEqual([prepareMap, addMap]);
  });

  it('lets the pointer be committed later, over the connection that stands already', async () => {
    masterCli.answers = {
      [prepareMap]: recorded.prepared,
      [addMap]: recorded.done,
      [commitMap]: recorded.done,
    };
    const prepared = await api.prepare(pointer);
    masterCli.down = Infinity;
    const before = performance.now();
    const { ms } = await prepared.commit();
    expect(masterCli.asked.at(-1)).toBe(commitMap);
    expect(ms >= before && ms <= performance.now()).toBe(true);
  });

  it('lets the pointer be forgotten', async () => {
    const clearMap = `@1 clear map @2 ${pointerMapFile}\n`;
    masterCli.answers = {
      [prepareMap]: recorded.prepared,
      [addMap]: recorded.done,
      [clearMap]: recorded.done,
    };
    await (await api.prepare(pointer)).abandon();
    expect(masterCli.asked).toContain(clearMap);
    expect(masterCli.asked).not.toContain(commitMap);
  });

  it('tells an old worker by its pid', async () => {
    const old = (command: string) => command.replace('@1', '@!17865');
    masterCli.answers = {
      [old(prepareMap)]: recorded.prepared,
      [old(addMap)]: recorded.done,
      [old(commitMap)]: recorded.done,
    };
    await (await api.prepare(pointer, '@!17865')).commit();
    expect(masterCli.asked).toEqual([prepareMap, addMap, commitMap].map(old));
  });

  it('throws when the worker does not prepare, with what it says', async () => {
    masterCli.answers = { [prepareMap]: recorded.unknownMap };
    await expect(api.prepare(pointer)).rejects.toThrow(
      new Error('pi1: HAProxy did not prepare its map: Unknown map identifier. Please use #<id> or <file>.'),
    );
    expect(masterCli.asked).toEqual([prepareMap]);
  });

  it('throws when the worker does not take the lines, with what it says', async () => {
    masterCli.answers = { [prepareMap]: recorded.prepared, [addMap]: recorded.noValue };
    await expect(api.prepare(pointer)).rejects.toThrow(
      new Error("pi1: HAProxy refused the pointer: Missing value for key 'generation'."),
    );
    expect(masterCli.asked).toEqual([prepareMap, addMap]);
  });

  it('throws when the worker does not commit, with what it says', async () => {
    masterCli.answers = {
      [prepareMap]: recorded.prepared,
      [addMap]: recorded.done,
      [commitMap]: recorded.wrongVersion,
    };
    const prepared = await api.prepare(pointer);
    await expect(prepared.commit()).rejects.toThrow(
      new Error('pi1: HAProxy did not take the pointer: Version number out of range.'),
    );
  });
});

describe('RuntimeApi.reload', () => {
  /** A master that is away for two connections once it is told to reload, and says `after` when it is back. */
  const reloading = (before: string, after: string): Record<string, MasterAnswer> => {
    let now = before;
    return {
      'show proc\n': () => now,
      'reload\n': () => {
        now = after;
        masterCli.down = 2;
        return '';
      },
    };
  };

  it('waits until a new worker has taken over, though the master is away meanwhile', async () => {
    masterCli.answers = reloading(recorded.proc, recorded.procAfterReload);
    await api.reload();
    expect(masterCli.asked).toEqual(['show proc\n', 'reload\n', 'show proc\n']);
  });

  it('throws when HAProxy refuses its files', async () => {
    masterCli.answers = reloading(recorded.procBeforeFailedReload, recorded.procAfterFailedReload);
    await expect(api.reload()).rejects.toThrow(new Error('pi1: HAProxy refused to reload'));
  });

  it('tells nobody to reload who does not say how often he did', async () => {
    masterCli.answers = { 'show proc\n': recorded.noSuchWorker };
    await expect(api.reload()).rejects.toThrow(
      new Error("pi1: HAProxy's master does not say how often it reloaded"),
    );
    expect(masterCli.asked).toEqual(['show proc\n']);
  });
});
