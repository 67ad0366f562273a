import { MasterCli } from '../edge/master-cli.fixture';
import { recorded } from '../edge/haproxy-answers.recorded';
import { threeNodes } from '../test/sites';
import { poolOf, Simulation } from '../watchdog/simulation.fixture';
import { firstEdgeOf } from './edge-in-dns.fixture';
import type { EdgeInDns } from './leave-dns';
import { bringSiteIntoDns, takeSiteOutOfDns } from './site-out-of-dns';

const set = (state: string) => `@1 set server readiness/stays state ${state}\n`;
const statOf = (requests: number) =>
  `# pxname,svname,scur,status,check_status\nshop-blue,n1,${requests},UP,L7OK\n\n`;

let masterCli: MasterCli;
let sim: Simulation;
let said: string[];
const contact = { session: () => Promise.resolve(masterCli.session) };
const log = (line: string) => void said.push(line);

beforeAll(async () => {
  masterCli = await MasterCli.start();
});
afterAll(() => masterCli.close());

/** Two sites of one machine, whose watchdogs see what their edges say. */
beforeEach(async () => {
  said = [];
  sim = new Simulation(poolOf({ fra: 1, home: 1 }));
  sim.startAll();
  await sim.seconds(90);
  const { id } = sim.pool.edges[0]!;
  masterCli.reset();
  masterCli.answers = {
    'show proc\n': recorded.proc,
    '@1 show stat\n': statOf(0),
    [set('maint')]: () => (sim.leaving.add(id), '\n'),
    [set('ready')]: () => (sim.leaving.delete(id), '\n'),
  };
});

/** The edge of fra. */
const fra = (but: Partial<EdgeInDns> = {}) => firstEdgeOf(sim, { sleep: (ms) => sim.time.pass(ms), ...but });

function takeOut(dns = fra(), drain = 60_000): Promise<void> {
  const three = threeNodes();
  const node = { ...three.nodes[0]!, name: 'n1' };
  const edge = { ...three.edge, timeouts: { ...three.edge.timeouts, drain } };
  return takeSiteOutOfDns(dns, node, { ...three, edge, nodes: [node] }, contact, log);
}

const both = ['shop.example.com 203.0.113.1', 'shop.example.com 203.0.113.11'];
const other = both.slice(1);
const told = () => masterCli.asked.filter((command) => command.includes('set server'));

describe('takeSiteOutOfDns', () => {
  it('takes it out, and the watchdogs keep it out as long as it says that it leaves', async () => {
    await takeOut();
    expect(sim.zone.addresses()).toEqual(other);
    await sim.seconds(3600);
    expect(sim.zone.addresses()).toEqual(other);
    expect(told()).toEqual([set('maint')]);
  });

  it('can be run again', async () => {
    await takeOut();
    await takeOut();
    expect(sim.zone.addresses()).toEqual(other);
  });

  it('waits for its last requests, no longer than the drain time', async () => {
    masterCli.answers['@1 show stat\n'] = [statOf(2), statOf(0)];
    await takeOut();
    expect(said.at(-1)).toBe('waiting: 2 requests on shop-blue at n1');
    masterCli.answers['@1 show stat\n'] = statOf(1);
    await takeOut(fra(), 1);
    expect(said.at(-1)).toBe(
      'n1: the drain time of 0.001 s is over; still there: 1 request on shop-blue at n1',
    );
  });

  it.each<[string, () => Promise<EdgeInDns> | EdgeInDns, string]>([
    [
      'the API can’t be asked',
      () => fra({ ours: () => Promise.reject(new Error('no passphrase')) }),
      "whether DNS leads to other sites can't be seen: no passphrase",
    ],
    [
      'no other site is up',
      async () => {
        sim.killSite('home');
        await sim.seconds(60);
        return fra();
      },
      'no other site is up, so the watchdogs keep its records (203.0.113.1). Bring another site back first',
    ],
    [
      'DNS has no record of the pool',
      () => fra({ ours: () => Promise.resolve([]) }),
      'DNS has no record of the pool, so its names lead to nobody that is known',
    ],
  ])('refuses when %s, and its edge says nothing', async (_, happen, why) => {
    await expect(takeOut(await happen())).rejects.toThrow(
      `n1 can't go now:\n  ${why}.\nNothing was changed.`,
    );
    expect(told()).toEqual([]);
  });

  it('refuses when its edge does not answer', async () => {
    masterCli.down = 1;
    await expect(takeOut()).rejects.toThrow('its edge does not answer, or is an earlier one');
  });

  it('refuses when its records are not gone in time, and its edge says that it is ready again', async () => {
    for (const site of sim.sites) sim.kill(site);
    await expect(takeOut(fra({ limit: 50 }))).rejects.toThrow('n1: DNS leads to it (203.0.113.1). See why');
    expect(told()).toEqual([set('maint'), set('ready')]);
  });
});

describe('bringSiteIntoDns', () => {
  it('waits until DNS leads to it again', async () => {
    await takeOut();
    await bringSiteIntoDns(fra(), contact, log);
    expect(sim.zone.addresses()).toEqual(both);
    expect(said.at(-1)).toBe('n1: DNS leads to it');
  });

  it('says in one line that the API can’t be asked', async () => {
    await bringSiteIntoDns(fra({ ours: () => Promise.reject(new Error('no passphrase')) }), contact, log);
    expect(told()).toEqual([set('ready')]);
    expect(said.slice(1)).toEqual([
      "n1: whether DNS leads to it can't be seen: no passphrase. The watchdogs let it in when they find it well; see: " +
        'docker service logs evenkeel-watchdog',
    ]);
  });

  it('says so when it is not there in time', async () => {
    await takeOut();
    for (const site of sim.sites) sim.kill(site);
    await bringSiteIntoDns(fra(), contact, log, { edge: 1000, back: 20 });
    expect(said.at(-1)).toMatch(/^n1: DNS does not lead to 203\.0\.113\.1 yet\. The watchdogs let it in/);
  });

  it('throws when its edge does not answer', async () => {
    masterCli.down = 1000;
    await expect(bringSiteIntoDns(fra(), contact, log, { edge: 20, back: 20 })).rejects.toThrow(
      'n1: its edge does not answer yet. See why on it with: docker service ps evenkeel-edge --no-trunc; then run again: evenkeel node n1 resume',
    );
  });
});
