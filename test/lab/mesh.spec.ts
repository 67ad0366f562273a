import type { NodeChange } from '../../cli/node-project';
import { labDown, labUp, type LabMachine } from '../../lab/lab';
import { thisLab } from '../../lab/lab-directory';
import type { LoadReport } from '../../lab/load/load-report';
import { TestSite } from './test-site';
import { until } from './until';

const log = () => undefined;

/** A lab beside the checkout's own: a site has a mesh from its beginning or not at all. */
const name = `${thisLab()}-mesh`;

/** Machine → what it is in the mesh. Behind the NAT of `home` nobody gets in who was not called first. */
const mesh: Record<string, { place: string; address: string; isPublic: boolean }> = {
  pi1: { place: 'cloud-a', address: '10.90.0.1', isPublic: true },
  pi2: { place: 'cloud-b', address: '10.90.0.2', isPublic: true },
  pi3: { place: 'home', address: '10.90.0.3', isPublic: false },
};

describe('a site in three places, between which only WireGuard and SSH go through', () => {
  let site: TestSite;

  beforeAll(async () => {
    await labDown({ log, name });
    const lab = await labUp({ machines: 3, log, name });
    for (const machine of lab.machines) await part(lab, machine);
    site = await TestSite.standing('1.0.0', {
      name,
      change: (config) => ({
        ...config,
        mesh: { network: '10.90.0.0/24' },
        edge: { ...config.edge, sharedAddresses: [] },
        nodes: config.nodes.map((node) => {
          const { place, address, isPublic } = mesh[String(node['name'])]!;
          return { ...node, place, mesh: { address, ...(isPublic && { endpoint: node['address'] }) } };
        }),
      }),
    });
  }, 400_000);
  afterAll(() => labDown({ log, name }), 300_000);

  /** What is between places: after conntrack, and before Docker's DNAT. Gone with each boot of the machine. */
  async function part(lab: TestSite['lab'], machine: LabMachine): Promise<void> {
    const others = lab.machines.filter((each) => each !== machine).map(({ address }) => address);
    const rules = `table inet lab_places
delete table inet lab_places
table inet lab_places {
  chain in {
    type filter hook prerouting priority -150; policy accept;
    ip saddr != { ${others.join(', ')} } accept
    ct state established,related accept
    ${mesh[machine.name]!.isPublic ? 'udp dport 51820 accept' : ''}
    tcp dport 22 accept
    counter drop
  }
}
`;
    const { code, stderr } = await lab.exec(machine.name, ['nft', '-f', '-'], rules);
    if (code !== 0) throw new Error(`${machine.name}: ${stderr}`);
  }

  const on = async (machine: string, script: string) =>
    (await site.lab.exec(machine, ['sh', '-c', script])).stdout.trim();

  /** What a machine is told by the live slot of another one. */
  const versionAt = (from: string, address: string) => {
    const port = site.live === 'blue' ? 18080 : 18081;
    return on(from, `curl -s -m 3 http://${address}:${port}/version || echo nothing`);
  };

  const judge = ({ lost, wrong, failures }: LoadReport) =>
    expect({ lost, wrong, failures }).toEqual({ lost: 0, wrong: 0, failures: [] });

  it('is one Swarm, whose members and slots are reached through the mesh alone', async () => {
    expect(await versionAt('pi1', mesh['pi3']!.address)).toBe('1.0.0');
    expect(await versionAt('pi3', mesh['pi2']!.address)).toBe('1.0.0');
    expect(await versionAt('pi1', site.address('pi2'))).toBe('nothing');
    const addresses = await site.docker(
      'node',
      'inspect',
      '-f',
      '{{.ManagerStatus.Addr}}',
      'pi1',
      'pi2',
      'pi3',
    );
    expect(addresses.split('\n')).toEqual(['10.90.0.1:2377', '10.90.0.2:2377', '10.90.0.3:2377']);
    // The kernel's vxlan listens everywhere: that port is closed by the rules.
    const listening = await on(
      'pi2',
      `ss -Hltun | awk '{ print $1, $5 }' | grep -E ':(2377|7946)$' | sort -u`,
    );
    expect(listening.split('\n')).toEqual(['tcp 10.90.0.2:2377', 'tcp 10.90.0.2:7946', 'udp 10.90.0.2:7946']);
    expect((await site.cli('status')).stdout).toContain('all is well');
  }, 300_000);

  it('has a private key on each node that only root can read, and that is nowhere else', async () => {
    const keys = await Promise.all(
      Object.keys(mesh).map((machine) => on(machine, 'cat /etc/evenkeel/mesh.key')),
    );
    expect(new Set(keys).size).toBe(3);
    expect(await on('pi1', 'stat -c "%a %U" /etc/evenkeel/mesh.key')).toBe('600 root');
    const state = await site.stack.exported();
    expect(state.output).toContain('machine mesh');
    for (const key of keys) {
      expect(state.output).not.toContain(key);
      expect(await on('pi1', `ps axww; cat /var/log/*.log; cat /etc/evenkeel/mesh.conf`)).not.toContain(key);
    }
  }, 300_000);

  it('takes a peer in and lets it go without touching the traffic of the others', async () => {
    const script = `cd /etc/evenkeel && cp mesh.conf /tmp/mesh.conf
ping -q -i 0.02 -c 200 ${mesh['pi2']!.address} >/tmp/ping &
for round in 1 2 3 4 5; do
  { cat /tmp/mesh.conf; printf '\n# pi4\n[Peer]\nPublicKey = %s\nAllowedIPs = 10.90.0.99/32\n' "$(wg genkey | wg pubkey)"; } >mesh.conf
  ./mesh-up && wg show wg-evenkeel peers | wc -l
  cp /tmp/mesh.conf mesh.conf && ./mesh-up && wg show wg-evenkeel peers | wc -l
done
wait; cat /tmp/ping`;
    const said = await on('pi1', script);
    expect(said.match(/^\d$/gm)).toEqual(['3', '2', '3', '2', '3', '2', '3', '2', '3', '2']);
    expect(said).toContain('200 packets transmitted, 200 received, 0% packet loss');
  }, 300_000);

  it('releases without a lost request', async () => {
    const load = site.load((version) => ['1.0.0', '1.1.0-rc.1'].includes(version));
    await site.editRelease('1.1.0-rc.1');
    await site.up();
    judge(await load.stop());
    expect(await site.versions()).toEqual(site.everywhere('1.1.0-rc.1'));
  }, 300_000);

  it('gives a node another key without a lost request', async () => {
    const before = await on('pi3', 'cat /etc/evenkeel/mesh.pub');
    const load = site.load((version) => version === '1.1.0-rc.1');
    const change = await site.must<NodeChange & { told: string[]; gapMs: number }>(
      'node',
      'pi3',
      'rotate-key',
    );
    judge(await load.stop());
    expect(change).toMatchObject({ did: 'rotate-key', told: ['pi1', 'pi2'], away: [] });
    process.stdout.write(`rotate-key: ${change.gapMs} ms from the order to the last handshake\n`);
    const after = await on('pi3', 'cat /etc/evenkeel/mesh.pub');
    expect(after).not.toBe(before);
    expect(await on('pi1', 'cat /etc/evenkeel/mesh.conf; wg show wg-evenkeel peers')).not.toContain(before);
    expect((await site.cli('status')).stdout).toContain('all is well');
  }, 300_000);

  it('is mended over SSH when it is gone from most nodes', async () => {
    const gone = ['pi2', 'pi3'];
    await Promise.all(gone.map((machine) => on(machine, 'ip link del wg-evenkeel')));
    const { stdout } = await site.cli('status');
    for (const machine of gone) expect(stdout).toContain(`${machine}: its mesh can't be read`);
    expect((await site.cli('mesh')).stdout).toContain('the mesh is whole: pi1, pi2, pi3 reach each other');
    await until(
      'the site is whole',
      () => site.cli('status'),
      ({ code }) => code === 0,
      120_000,
    );
  }, 300_000);

  it('serves on without a lost request when a whole place is lost, and is whole when it is back', async () => {
    const others = site.lab.machines.filter((machine) => machine.name !== 'pi2');
    const load = site.load((version) => version === '1.1.0-rc.1', others);
    await site.lab.stop('pi2');
    await until(
      'Swarm calls pi2 down',
      () => site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}'),
      (list) => list.includes('pi2 Down'),
      180_000, // when it led, the others first have to find the next leader, and that one them
    );
    judge(await load.stop());
    await site.lab.start('pi2');
    await part(site.lab, site.lab.machines[1]!);
    await until(
      'the site is whole without a hand',
      () => site.cli('status'),
      ({ code }) => code === 0,
      120_000,
    );
    expect(await versionAt('pi2', mesh['pi3']!.address)).toBe('1.1.0-rc.1');
  }, 300_000);
});
