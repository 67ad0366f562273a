import { sampleHost } from '../../lab/site-stack';
import { Browser, type OpenSocket } from './browser';
import { TestSite } from './test-site';
import { until } from './until';

/** Longer than a switch needs from the edges' flip to its end, so that the test still finds sessions that finish. */
const drain = 45;

describe('sessions that finish on the old slot', () => {
  let site: TestSite;
  let client: Browser;
  /** What the sample says of itself, version and container, as the first answer had it. */
  let first: string;
  let socket: OpenSocket;

  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.edit(({ services, edge }) => {
      services[0]!['sessions'] = { onSwitch: 'finish' };
      edge['timeouts'] = { ...(edge['timeouts'] as object), drain: `${drain}s` };
    });
    await site.up();
    await site.must('prerelease', 'shop', '1.1.0-rc.1', '--force');
  }, 300_000);

  const addresses = () => site.lab.machines.map(({ address }) => address);

  /** Version and container that each edge gives the client. */
  const atEachEdge = () =>
    Promise.all(addresses().map(async (address) => (await client.get(address)).body.trim()));
  const everywhere = (page: string) => addresses().map(() => page);

  it('keeps a client on its node, through every edge', async () => {
    client = new Browser(sampleHost);
    first = (await client.get(addresses()[0]!)).body.trim();
    expect(first).toMatch(/^1\.0\.0 /);
    expect(client.cookies).toEqual({
      'evenkeel-session': expect.any(String) as string,
      'evenkeel-session-slot': site.live,
    });
    for (let round = 0; round < 5; round++) expect(await atEachEdge()).toEqual(everywhere(first));
    const headers = (await client.get(addresses()[0]!, '/headers')).body;
    expect(headers).not.toContain('evenkeel-session=');
  }, 300_000);

  it('finishes there after a switch for the drain time, while new clients get the new version', async () => {
    socket = await client.open(addresses()[0]!);
    expect(socket.version).toBe('1.0.0');
    await site.must('switch', 'shop');
    expect(await atEachEdge()).toEqual(everywhere(first));
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    expect(await socket.echo('still there?')).toBe('still there?');
  }, 300_000);

  it('moves to the new version then, on the same node; its WebSocket stays where it is', async () => {
    const node = client.cookies['evenkeel-session'];
    const [moved] = await until(
      'the client moves',
      atEachEdge,
      (seen) => seen.every((page) => page.startsWith('1.1.0-rc.1 ')),
      (drain + 10) * 1000,
    );
    expect(await atEachEdge()).toEqual(everywhere(moved!));
    expect(client.cookies).toEqual({ 'evenkeel-session': node, 'evenkeel-session-slot': site.live });
    expect(await socket.echo('and now?')).toBe('and now?');
  }, 300_000);

  it('goes back at once with everybody when the switch is rolled back', async () => {
    await site.must('rollback', 'shop');
    expect(await atEachEdge()).toEqual(everywhere(first));
    await site.must('switch', 'shop');
    expect(await atEachEdge()).toEqual(everywhere(first));
  }, 300_000);

  it('makes the next prerelease wait and say who is still there; the WebSocket is closed with 1001', async () => {
    const { code, stdout, stderr } = await site.cli('prerelease', 'shop', '1.1.0-rc.2', '--force', '--yes');
    const said = stdout + stderr;
    if (code !== 0) throw new Error(`exit code ${code}:\n${said}`);
    expect(said).toMatch(/waiting up to \d+ s for .*1 request on (blue|green) of shop at pi1/);
    expect(said).toMatch(/sessions that may finish on (blue|green) of shop at pi1/);
    expect(said).toMatch(/the drain time of 45 s is over: closing 1 request on (blue|green) of shop at pi1/);
    expect(await socket.closed).toBe(1001);
    for (const page of await atEachEdge()) expect(page).toMatch(/^1\.1\.0-rc\.1 /);
  }, 300_000);
});
