import { TestSite } from './test-site';
import { until } from './until';

describe('a member of the Swarm', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  it('whose Docker was installed anew is joined again by up, and serves what is live', async () => {
    await site.lab.exec('pi3', ['sh', '-c', 'docker swarm leave --force']);
    await until(
      'Swarm calls pi3 down',
      () => site.docker('node', 'ls'),
      (list) => /Down/.test(list),
    );
    const { output } = await site.up();
    expect(output).toContain('pi3: joined the Swarm');
    expect(output).toMatch(/switchover.* updated/);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect(
      await site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'),
    ).not.toContain('Down');
  }, 300_000);

  it('that is taken out of the config leaves, and one that is put in joins', async () => {
    const all = site.config;
    await site.edit((config) => {
      config.nodes = config.nodes.map((node) =>
        node['name'] === 'pi3' ? { ...node, roles: ['worker', 'edge'] } : node,
      );
      config.nodes = config.nodes.map((node) =>
        node['name'] === 'pi2' ? { ...node, roles: ['worker', 'edge'] } : node,
      );
    });
    await site.up();
    await site.edit((config) => {
      config.nodes = config.nodes.filter((node) => node['name'] !== 'pi3');
    });
    await site.up();
    expect(await site.docker('node', 'ls', '--format', '{{.Hostname}}')).not.toContain('pi3');
    expect(await site.versions(['pi1', 'pi2'])).toEqual({ pi1: '1.0.0', pi2: '1.0.0' });
    site.config = { ...all, release: site.config.release };
    await site.up();
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect(
      await site.docker('node', 'ls', '--filter', 'role=manager', '--format', '{{.Hostname}}'),
    ).toContain('pi3');
  }, 300_000);
});
