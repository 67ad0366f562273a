import { labUp } from '../../lab/lab';
import { TestSite } from './test-site';
import { until } from './until';

const log = () => undefined;

describe('five machines', () => {
  let site: TestSite;
  beforeAll(async () => {
    await labUp({ machines: 5, log });
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  /** For the next test file: three machines again, and a site of three. */
  afterAll(async () => {
    await site.edit((config) => void (config.nodes = config.nodes.slice(0, 3)));
    await site.up();
    await labUp({ machines: 3, log });
  }, 300_000);

  it('of which two are dead at once, the first manager among them, serve on without a lost request, and take a release', async () => {
    const dead = ['pi1', 'pi4'];
    const alive = site.lab.machines.filter(({ name }) => !dead.includes(name));
    const load = site.load(() => true, alive);
    try {
      await load.until(100);
      await Promise.all(dead.map((name) => site.lab.stop(name)));
      await until(
        'Swarm calls both down',
        () => site.dockerOn('pi2', 'node', 'ls', '--format', '{{.Hostname}} {{.Status}}'),
        (list) => dead.every((name) => list.includes(`${name} Down`)),
      );
      await site.must('prerelease', 'shop', '1.1.0-rc.1', '--force');
      await site.must('switch', 'shop');
      expect((await load.stop()).failures).toEqual([]);
      const names = alive.map(({ name }) => name);
      expect(Object.values(await site.versions(names))).toEqual(names.map(() => '1.1.0-rc.1'));
      const { code, stdout } = await site.cli('status');
      const isNamed = (name: string) =>
        stdout.split('\n').some((line) => line.includes(name) && line.includes('down'));
      expect({ code, named: dead.filter(isNamed) }).toEqual({ code: 1, named: dead });
    } finally {
      await load.stop();
      await Promise.all(dead.map((name) => site.lab.start(name)));
    }
    await until(
      'the site is whole without a hand',
      () => site.cli('status'),
      ({ code }) => code === 0,
      120_000,
    );
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);
});
