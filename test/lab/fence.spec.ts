import { TestSite } from './test-site';
import { until } from './until';

/** Drops packets to and from a machine's ports, beside whatever rules it has. */
const block = (ports: string) =>
  `nft -f - <<RULES
table inet cut {
  chain in { type filter hook input priority -200; tcp dport { ${ports} } drop; udp dport { ${ports} } drop; }
  chain out { type filter hook output priority -200; tcp dport { ${ports} } drop; udp dport { ${ports} } drop; }
}
RULES`;

describe('a machine that is only half there', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.editRelease('1.1.0-rc.1');
    await site.up();
  }, 300_000);

  const on = async (machine: string, script: string) => {
    const { code, stderr } = await site.lab.exec(machine, ['sh', '-c', script]);
    if (code !== 0) throw new Error(`${machine}: ${stderr}`);
  };

  it('since SSH does not reach it, while Swarm calls it ready, is fenced, and taken back by the next up', async () => {
    await on('pi3', block('22'));
    try {
      await site.editSwitch();
      const { output } = await site.up();
      expect(output).toContain('fenced: pi3');
      expect(await site.versions(['pi1', 'pi2'])).toEqual({ pi1: '1.0.0', pi2: '1.0.0' });
      // While it finishes what it had, it passes new requests on to an edge with the newer generation.
      const shown = new Set<string>();
      await until(
        'the fenced edge has stopped',
        () =>
          site.ask('pi3').then(
            ({ version }) => version,
            () => 'stopped',
          ),
        (seen) => shown.add(seen) && seen === 'stopped',
      );
      expect([...shown].filter((version) => version !== '1.0.0')).toEqual(['stopped']);
    } finally {
      await on('pi3', 'nft delete table inet cut');
    }
    const { output } = await site.up();
    expect(output).toContain('pi3: can be reached again, and serves again');
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);

  it('since Swarm calls it Down, while the public still reaches its edge, shows the new version, and keeps the idle slot from being touched', async () => {
    await on('pi2', block('2377, 7946'));
    try {
      await until(
        'Swarm calls pi2 Down',
        () => site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}'),
        (list) => list.includes('pi2 Down'),
      );
      await site.editSwitch();
      expect((await site.up()).output).toContain('down: pi2');
      expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
      await site.editRelease('1.1.0-rc.2');
      const output = (await site.refusedUp()).replace(/\s+/g, ' ');
      expect(output).toContain(
        `Swarm calls pi2 (${site.address('pi2')}) Down, but its edge answers the public with generation`,
      );
      expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
    } finally {
      await on('pi2', 'nft delete table inet cut');
    }
    await until(
      'Swarm calls pi2 ready',
      () => site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}'),
      (list) => list.includes('pi2 Ready'),
    );
    await until(
      'its edge is read again',
      () => site.state(),
      (state) => state?.edges.every(({ worker }) => worker) ?? false,
      90_000,
    );
    await site.up();
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.2'));
  }, 300_000);
});
