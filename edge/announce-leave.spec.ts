import { announceLeave, announceReturn } from './announce-leave';
import { recorded } from './haproxy-answers.recorded';
import { MasterCli } from './master-cli.fixture';

let masterCli: MasterCli;
const contact = { session: () => Promise.resolve(masterCli.session) };
const command = '@1 set server readiness/stays state maint\n';

beforeAll(async () => {
  masterCli = await MasterCli.start();
});
beforeEach(() => masterCli.reset());
afterAll(() => masterCli.close());

describe('announceLeave', () => {
  it('makes the edge say that it is not ready', async () => {
    masterCli.answers = { 'show proc\n': recorded.proc, [command]: '\n' };
    expect(await announceLeave('pi1', contact, 0)).toBe(true);
    expect(masterCli.asked).toContain(command);
  });

  it('does not wait where the edge has no readiness', async () => {
    masterCli.answers = { 'show proc\n': recorded.proc, [command]: 'No such backend.\n\n' };
    expect(await announceLeave('pi1', contact)).toBe(false);
  });

  it('does not wait where nobody answers', async () => {
    masterCli.down = 1;
    expect(await announceLeave('pi1', contact)).toBe(false);
  });
});

describe('announceReturn', () => {
  const back = '@1 set server readiness/stays state ready\n';

  it('makes the edge say that it is ready again', async () => {
    masterCli.answers = { 'show proc\n': recorded.proc, [back]: '\n' };
    expect(await announceReturn('pi1', contact)).toBe(true);
    expect(masterCli.asked).toContain(back);
  });

  it('says that nobody answers', async () => {
    masterCli.down = 1;
    expect(await announceReturn('pi1', contact)).toBe(false);
  });
});
