import type { NodeChange } from '../../cli/node-project';
import type { LoadReport } from '../../lab/load/load-report';
import { TestSite } from './test-site';
import { until } from './until';

/** A machine that dies for good: another one takes its place, or the site does without. */
describe('a machine that is gone for good', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  /** Pi3's disk is lost: nothing of ours is left on it, and Docker is as installed. */
  async function blankPi3(): Promise<void> {
    const script =
      'docker swarm leave --force; docker ps -aq | xargs -r docker rm -f; nft delete table inet evenkeel; ' +
      'rm -rf /var/lib/evenkeel /etc/evenkeel /etc/init.d/evenkeel-slot-ports';
    await site.lab.exec('pi3', ['sh', '-c', script]);
    await until(
      'Swarm calls pi3 down',
      () => site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}'),
      (list) => list.includes('pi3 Down'),
    );
  }

  const managers = async () =>
    (await site.docker('node', 'ls', '--filter', 'role=manager', '--format', '{{.Hostname}} {{.Status}}'))
      .split('\n')
      .sort();

  const loadOnOthers = () =>
    site.load(
      (version) => version === '1.0.0',
      site.lab.machines.filter(({ name }) => name !== 'pi3'),
    );
  const judge = ({ lost, wrong, failures }: LoadReport) =>
    expect({ lost, wrong, failures }).toEqual({ lost: 0, wrong: 0, failures: [] });

  it('is not replaced while it serves', async () => {
    const { code, stderr } = await site.cli('node', 'pi3', 'replace', '--yes');
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('pi3 is still in the Swarm, and ready. Take it out (evenkeel node pi3 drain)'),
    ]);
  }, 300_000);

  it('is not replaced by a machine with another host key', async () => {
    const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHlVJNJ1DF6YSo0gHH5Pu+XR7ws/PERAVn8QdpPPMhSo';
    const before = await site.stack.readText();
    await blankPi3();
    const { code, stderr } = await site.cli('node', 'pi3', 'replace', '--host-key', other, '--yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining('its host key is not the one of the config')]);
    expect(await site.stack.readText()).toBe(before);
  }, 300_000);

  it('is replaced by a blank one under load: it serves again, as a manager among three', async () => {
    const load = loadOnOthers();
    const change = await site.must<NodeChange>('node', 'pi3', 'replace');
    judge(await load.stop());
    expect(change).toMatchObject({ did: 'replace', nodes: ['pi3'], applied: true });
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect(await managers()).toEqual(['pi1 Ready', 'pi2 Ready', 'pi3 Ready']);
    const rules = await site.lab.exec('pi3', ['nft', 'list', 'table', 'inet', 'evenkeel']);
    expect(rules.code).toBe(0);
    expect((await site.cli('status')).stdout).toContain('all is well');
  }, 300_000);

  it('is removed under load: out of the stack file and of the Swarm, and the managers stay odd in number', async () => {
    const load = loadOnOthers();
    await site.must<NodeChange>('node', 'pi3', 'remove');
    judge(await load.stop());
    expect(site.config.nodes.map((node) => [node['name'], node['roles']])).toEqual([
      ['pi1', ['manager', 'worker', 'edge']],
      ['pi2', ['worker', 'edge']],
    ]);
    expect(await managers()).toEqual(['pi1 Ready']);
    expect(await site.versions(['pi1', 'pi2'])).toEqual({ pi1: '1.0.0', pi2: '1.0.0' });
    expect((await site.cli('status')).stdout).toContain('all is well');
  }, 300_000);

  it('comes back when the stack file has it again', async () => {
    await site.edit((config) => {
      config.nodes = site.stack.firstConfig().nodes;
    });
    await site.up();
    expect(await managers()).toEqual(['pi1 Ready', 'pi2 Ready', 'pi3 Ready']);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);
});
