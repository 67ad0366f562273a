import type { Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { finishTime, mayFinishOn } from './finish-time';
import { longestFinish } from './haproxy-cfg/sessions';
import { MasterCli } from './master-cli.fixture';

const digests = { blue: digestOf('a'), green: digestOf('b') };
const switched: Pointer = {
  generation: 2,
  services: { shop: { live: 'green', canary: 0, digests, previous: digests.blue } },
};
const shop = switched.services['shop']!;
const withShop = (change: Partial<typeof shop>): Pointer => ({
  generation: 3,
  services: { shop: { ...shop, ...change } },
});

describe('mayFinishOn', () => {
  it('is the slot that was live before the switch, and no other', () => {
    expect(mayFinishOn(switched, 'shop', 'blue')).toBe(true);
    expect(mayFinishOn(switched, 'shop', 'green')).toBe(false);
    expect(mayFinishOn(switched, 'blog', 'blue')).toBe(false);
  });

  it.each<[string, Pointer]>([
    ['it has a candidate', withShop({ digests: { ...digests, blue: digestOf('c') } })],
    ['it is empty', withShop({ digests: { green: digests.green } })],
    [
      'the switch was rolled back',
      { generation: 3, services: { shop: { live: 'green', canary: 0, digests } } },
    ],
    ['the canary decides', withShop({ canary: 5 })],
  ])('is no slot when %s', (_, pointer) => {
    expect(mayFinishOn(pointer, 'shop', 'blue')).toBe(false);
  });
});

describe('finishTime', () => {
  let masterCli: MasterCli;

  beforeAll(async () => {
    masterCli = await MasterCli.start();
  });
  beforeEach(() => masterCli.reset());
  afterAll(() => masterCli.close());

  const unset = 'Variable not found.\n\n'; // HAProxy 2.6.12's own words
  const at = (ms: number) => `proc.finish_my_shop: type=sint value=<${ms}>\n`;
  const answers = (current: string, old: string) => ({
    '@1 get var proc.finish_my_shop\n': current,
    '@!17 get var proc.finish_my_shop\n': old,
  });
  const ask = () => finishTime(masterCli.session, 'my-shop', ['@1', '@!17']);

  it('is the latest of all workers, by our clock whatever the edge’s says', async () => {
    masterCli.clock = () => Date.now() + 86_400_000;
    const end = Date.now() + 60_000;
    masterCli.answers = answers(at(end + 86_400_000 - 5000), at(end + 86_400_000));
    const finish = (await ask())!;
    expect(Math.abs(finish - end)).toBeLessThan(10_000);
  });

  it.each<[string, () => Record<string, string>]>([
    ['no worker has seen a switch', () => answers(unset, unset)],
    ['it is over', () => answers(at(Date.now() - 1000), unset)],
    ['the edge’s clock was set back', () => answers(at(Date.now() + longestFinish + 60_000), unset)],
  ])('is none when %s', async (_, given) => {
    masterCli.answers = given();
    expect(await ask()).toBeUndefined();
  });

  it('throws when the edge’s clock can’t be read', async () => {
    masterCli.clock = () => Number.NaN;
    masterCli.answers = answers(at(Date.now() + 1000), unset);
    await expect(ask()).rejects.toThrow('pi1: its clock can’t be read: NaN'.replace('’', "'"));
  });
});
