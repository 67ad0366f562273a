import { sampleHost } from '../../lab/site-stack';
import { Browser } from './browser';
import { TestSite } from './test-site';

const blogHost = 'blog.example.com';

describe('several services behind the same edges', () => {
  let site: TestSite;
  /** The tasks before there was a second service. */
  let before: Record<string, string>;

  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    before = await site.taskIds();
  }, 300_000);

  /** Versions that all edges give under a host name. */
  const versions = (host: string, path = '/') =>
    Promise.all(site.lab.machines.map(async ({ name }) => (await site.ask(name, path, host)).version));
  const everywhere = (version: string) => site.lab.machines.map(() => version);
  const get = (host: string, path: string) => new Browser(host).get(site.lab.machines[0]!.address, path);

  it('takes a second one without a lost request or another task of the first', async () => {
    const load = site.load((version) => version === '1.0.0');
    await site.edit(({ services, release }) => {
      services.push({
        ...services[0]!,
        name: 'blog',
        hostnames: [blogHost],
        slotPorts: { blue: 18090, green: 18091 },
        hooks: { beforePrerelease: { command: 'echo "tables for $EVENKEEL_VERSION"' } },
      });
      release.services['blog'] = { live: 'blue', canary: 0, blue: site.stack.release('1.0.0') };
      release.generation += 1;
    });
    await site.up();
    expect((await load.stop()).failures).toEqual([]);
    expect(await versions(blogHost)).toEqual(everywhere('1.0.0'));
    expect(await site.taskIds()).toMatchObject(before);
  }, 300_000);

  it('gives each a pointer of its own: a switch of one leaves the other where it is', async () => {
    const load = site.load((version) => version === '1.0.0');
    const { code, stderr } = await site.cli('prerelease', 'blog', '1.1.0-rc.1', '--yes', '--json');
    expect(code).toBe(0);
    // Its very first candidate, for whose slot there was nothing yet.
    expect(stderr).toContain('blog beforePrerelease: tables for 1.1.0-rc.1');
    await site.must('switch', 'blog');
    expect((await load.stop()).failures).toEqual([]);
    expect(await versions(blogHost)).toEqual(everywhere('1.1.0-rc.1'));
    expect(await site.taskIds()).toMatchObject(before);
    await site.must('rollback', 'blog');
    expect(await versions(blogHost)).toEqual(everywhere('1.0.0'));
    await site.must('switch', 'blog');
    expect(await versions(sampleHost)).toEqual(everywhere('1.0.0'));
  }, 300_000);

  it('shares a host name by paths, and redirects others, without another task of any', async () => {
    const tasks = await site.taskIds();
    await site.edit(({ services }) => {
      services[1]!['hostnames'] = [blogHost, sampleHost];
      services[1]!['paths'] = ['/version'];
      services[0]!['redirects'] = [{ from: 'example.com' }];
    });
    await site.up();
    expect(await versions(sampleHost, '/version')).toEqual(everywhere('1.1.0-rc.1'));
    expect(await versions(sampleHost, '/versions')).toEqual(everywhere('1.0.0'));
    expect(await versions(sampleHost)).toEqual(everywhere('1.0.0'));
    expect((await get(blogHost, '/')).status).toBe(404);
    const { status, headers } = await get('example.com', '/basket?id=7');
    expect({ status, to: headers.location }).toEqual({ status: 308, to: `http://${sampleHost}/basket?id=7` });
    expect(await site.taskIds()).toEqual(tasks);
  }, 300_000);

  it('loses one again without a lost request or another task of the other', async () => {
    const load = site.load((version) => version === '1.0.0');
    await site.edit(({ services, release }) => {
      services.splice(1);
      delete release.services['blog'];
      release.generation += 1;
    });
    await site.up();
    expect((await load.stop()).failures).toEqual([]);
    expect((await get(blogHost, '/version')).status).toBe(404);
    expect(await site.taskIds()).toEqual(before);
  }, 300_000);
});
