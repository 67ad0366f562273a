import type { SiteConfig } from '../config/site-config';
import { threeNodes } from '../test/sites';
import { letGo, setServers } from './let-go';
import { MasterCli } from './master-cli.fixture';
import { recorded } from './haproxy-answers.recorded';

let masterCli: MasterCli;
const contact = { session: () => Promise.resolve(masterCli.session) };
const said: string[] = [];
/** On a busy machine a second or more is over before it says how many are left. */
const log = (line: string) => void said.push(line.replace(/up to (60|5\d) s/, 'up to 60 s'));

beforeAll(async () => {
  masterCli = await MasterCli.start();
});
beforeEach(() => {
  masterCli.reset();
  said.length = 0;
});
afterAll(() => masterCli.close());

/** The site of one service, with this time to let go. */
function site(drain: number): SiteConfig {
  const config = threeNodes();
  return { ...config, edge: { ...config.edge, timeouts: { ...config.edge.timeouts, drain } } };
}
const pi2 = threeNodes().nodes.find(({ name }) => name === 'pi2')!;

const statOf = (blue: number) =>
  `# pxname,svname,scur,status,check_status\nshop-blue,pi1,5,UP,L7OK\nshop-blue,pi2,${blue},DRAIN,L7OK\n` +
  `shop-blue,BACKEND,${blue + 5},UP,\nshop-green,pi2,0,DRAIN,L7OK\n\n`;
const set = (state: string, worker = '@1') =>
  ['blue', 'green'].map((slot) => `${worker} set server shop-${slot}/pi2 state ${state}\n`);
const quiet = (...commands: string[]) => Object.fromEntries(commands.map((command) => [command, '\n']));
/** What was told and not asked. */
const told = () => masterCli.asked.filter((command) => command.includes('set server'));

describe('letGo', () => {
  it('gives the servers of a node no new client until no request is left, and then nobody', async () => {
    masterCli.answers = {
      'show proc\n': recorded.proc,
      '@1 show stat\n': [statOf(2), statOf(1), statOf(0)],
      ...quiet(...set('drain'), ...set('maint')),
    };
    await letGo(pi2, site(60_000), ['pi1'], contact, log);
    expect(told()).toEqual([...set('drain'), ...set('drain'), ...set('drain'), ...set('maint')]);
    expect(said).toEqual([
      'pi2: waiting up to 60 s for 2 requests on shop-blue at pi1',
      'pi2: waiting up to 60 s for 1 request on shop-blue at pi1',
    ]);
  });

  it('waits no longer than the drain time', async () => {
    masterCli.answers = {
      'show proc\n': recorded.proc,
      '@1 show stat\n': statOf(3),
      ...quiet(...set('drain'), ...set('maint')),
    };
    await letGo(pi2, site(1), ['pi1'], contact, log);
    expect(told().slice(-2)).toEqual(set('maint'));
    expect(said.at(-1)).toBe(
      'pi2: the drain time of 0.001 s is over; still there: 3 requests on shop-blue at pi1',
    );
  });

  it('counts the requests of old workers, and tells them too', async () => {
    const old = '@!17865';
    masterCli.answers = {
      'show proc\n': recorded.procAfterReload,
      '@1 show stat\n': statOf(0),
      [`${old} show stat\n`]: [statOf(1), statOf(0)],
      ...quiet(...set('drain'), ...set('maint'), ...set('drain', old), ...set('maint', old)),
    };
    await letGo(pi2, site(60_000), ['pi1'], contact, log);
    expect(told().slice(-4)).toEqual([...set('maint'), ...set('maint', old)]);
    expect(said).toEqual(['pi2: waiting up to 60 s for 1 request on shop-blue at pi1']);
  });

  it('throws when an edge does not take it: it may go on sending requests there', async () => {
    masterCli.answers = {
      'show proc\n': recorded.proc,
      ...Object.fromEntries(set('drain').map((command) => [command, 'No such server.\n\n'])),
    };
    await expect(letGo(pi2, site(60_000), ['pi1'], contact, log)).rejects.toThrow(
      'pi1: shop-blue/pi2: No such server.',
    );
  });
});

describe('setServers', () => {
  it('does without an old worker that has just finished', async () => {
    masterCli.answers = {
      'show proc\n': [recorded.procAfterReload, recorded.proc],
      ...quiet(...set('ready')),
      ...Object.fromEntries(
        set('ready', '@!17865').map((command) => [
          command,
          "Can't find the target PID matching the prefix '@!17865'\n",
        ]),
      ),
    };
    await setServers('ready', pi2, site(1), ['pi1'], contact);
    expect(told()).toEqual([...set('ready'), ...set('ready', '@!17865')]);
  });
});
