import { formatPointer, type Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { pointerMapFile } from './edge-paths';
import { flip } from './flip';
import { recorded } from './haproxy-answers.recorded';
import { MasterCli } from './master-cli.fixture';

let masterCli: MasterCli;
beforeAll(async () => {
  masterCli = await MasterCli.start();
});
beforeEach(() => masterCli.reset());
afterAll(() => masterCli.close());

const contact = { session: () => Promise.resolve(masterCli.session) };
const pointerOf = (generation: number): Pointer => ({
  generation,
  services: { shop: { live: 'green', canary: 0, digests: { blue: digestOf('a'), green: digestOf('b') } } },
});
const wanted = pointerOf(7);
const old = '@!17865';

const prepare = (worker = '@1') => `${worker} prepare map ${pointerMapFile}\n`;
const add = (worker = '@1') => `${worker} add map @2 ${pointerMapFile} <<\n${formatPointer(wanted)}\n`;
const commit = (worker = '@1') => `${worker} commit map @2 ${pointerMapFile}\n`;
const clear = (worker = '@1') => `${worker} clear map @2 ${pointerMapFile}\n`;
const map = ({ generation, services }: Pointer) =>
  formatPointer({ generation, services }).replace(/^(?=.)/gm, '0x55d0 ');
/** What a worker answers that takes the pointer. */
const takes = (worker?: string) => ({
  [prepare(worker)]: recorded.prepared,
  [add(worker)]: recorded.done,
  [commit(worker)]: recorded.done,
  [clear(worker)]: recorded.done,
});
const has = (pointer: Pointer) => ({
  '@1 show info\n': recorded.info,
  [`@1 show map ${pointerMapFile}\n`]: map(pointer),
});
/** An edge with this pointer, a worker and an old one, both of which take another. */
const twoWorkers = (pointer: Pointer) => ({
  'show proc\n': recorded.procAfterReload,
  ...has(pointer),
  ...takes(),
  ...takes(old),
});
const flipped = async () => (await flip(['pi1'], wanted, contact)).map(({ name }) => name);

describe('flip', () => {
  it('makes all workers use the pointer, old ones too', async () => {
    masterCli.answers = twoWorkers(pointerOf(6));
    expect(await flipped()).toEqual(['pi1']);
    expect(masterCli.asked.filter((command) => command.includes('commit')).sort()).toEqual(
      [commit(old), commit()].sort(),
    );
  });

  it('leaves an edge alone that somebody has rolled back since it was looked at', async () => {
    masterCli.answers = twoWorkers(pointerOf(8));
    expect(await flipped()).toEqual([]);
    expect(masterCli.asked).not.toContain(commit());
    expect(masterCli.asked).not.toContain(commit(old));
    expect(masterCli.asked).toEqual(expect.arrayContaining([clear(), clear(old)]));
  });

  it('flips an edge whose old worker has finished meanwhile', async () => {
    masterCli.answers = {
      'show proc\n': [recorded.procAfterReload, recorded.proc],
      ...has(pointerOf(6)),
      ...takes(),
      [prepare(old)]: '',
    };
    expect(await flipped()).toEqual(['pi1']);
  });

  it('flips no worker of an edge where one refuses', async () => {
    masterCli.answers = {
      'show proc\n': recorded.procAfterReload,
      ...has(pointerOf(6)),
      ...takes(),
      [prepare(old)]: recorded.unknownMap,
    };
    expect(await flipped()).toEqual([]);
    expect(masterCli.asked).not.toContain(commit());
    expect(masterCli.asked).toContain(clear());
  });
});
