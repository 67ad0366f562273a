import type { NodeConfig, NodeRole } from '../config/site-config';
import { FakeSwarm } from '../test/fake-swarm';
import { threeNodes } from '../test/sites';
import { joinSwarm } from './member';

describe('joinSwarm', () => {
  const site = {
    nodes: [...threeNodes().nodes, { ...threeNodes().nodes[2]!, name: 'pi4', address: '192.168.1.14' }],
  };
  const patient = { ready: 20_000, role: 20_000, steady: 100, pause: 5 };
  const hasty = { ...patient, ready: 500, role: 500 };
  let swarm: FakeSwarm;
  let said: string[] = [];

  beforeEach(async () => {
    said = [];
    swarm = await FakeSwarm.start(site.nodes);
  });
  afterEach(() => swarm.stop());

  async function join(
    name: string,
    roles: NodeRole[] = ['manager', 'worker', 'edge'],
    times = patient,
  ): Promise<void> {
    const nodes = site.nodes.map((node): NodeConfig => (node.name === name ? { ...node, roles } : node));
    await joinSwarm({ nodes }, name, swarm.contact, (line) => said.push(line), times);
  }
  const reachability = () =>
    Object.fromEntries(
      swarm.nodes.map(({ Description, ManagerStatus }) => [
        Description.Hostname,
        ManagerStatus?.Reachability,
      ]),
    );
  const all = 'evenkeel.edge, evenkeel.node, evenkeel.worker';

  it('makes a Swarm, and takes managers in as workers that are promoted when they are ready and have their name', async () => {
    await join('pi1');
    await join('pi2');
    expect(swarm.events).toEqual([
      'pi1 makes a Swarm',
      'pi1 is labelled evenkeel.node',
      `pi1 is labelled ${all}`,
      'pi2 joins as a worker',
      'a token is rotated',
      'pi2 is labelled evenkeel.node',
      'pi2 is told to be a manager',
      `pi2 is labelled ${all}`,
    ]);
    expect(said.filter((line) => !line.startsWith('waiting: '))).toEqual([
      'pi1: is the first manager of a new Swarm',
      'pi2: joined the Swarm one',
      'pi2: is a manager now',
    ]);
  });

  it('gives away no manager’s token, and each worker’s token once', async () => {
    for (const { name } of site.nodes.slice(0, 3)) await join(name);
    expect(swarm.tokens).toEqual({ Worker: 'worker-1++', Manager: 'manager-1' });
  });

  it('leaves a Swarm of one its quorum when a manager stops while Raft takes it in, and comes to two', async () => {
    await join('pi1');
    swarm.fate('pi2', 'stops');
    await join('pi2');
    expect(swarm.hasQuorum).toBe(true);
    expect(reachability()).toEqual({ pi1: 'reachable', pi2: 'reachable' });
  });

  it('makes a worker again of a machine that Raft can’t take in', async () => {
    await join('pi1');
    swarm.fate('pi2', 'is not taken in');
    await expect(join('pi2', undefined, hasty)).rejects.toThrow(
      'pi2: was told to be a manager 0.5 s ago, and it is not yet: pi2: is to be a manager, and the Swarm says worker. ' +
        'It is a worker again. See why on the machine: journalctl -u docker',
    );
    expect(swarm.nodeOf('pi2')!.Spec.Role).toBe('worker');
    expect(swarm.hasQuorum).toBe(true);
    swarm.fate('pi2', 'runs');
    await join('pi2'); // as the next `up` does
    expect(reachability()).toEqual({ pi1: 'reachable', pi2: 'reachable' });
  });

  it('waits until a machine that the quorum is about to depend on has been well for a while', async () => {
    await join('pi1');
    swarm.seen('pi2', 'unknown', 'unknown', 'ready', 'ready', 'down');
    await join('pi2');
    expect(said).toEqual(
      expect.arrayContaining([
        "waiting: the site's Swarm calls it unknown",
        'waiting: pi2: Swarm calls it down',
        'waiting: pi2: must be well for 0.1 s',
      ]),
    );
    swarm.seen('pi3', 'ready', 'ready', 'down', 'ready');
    said = [];
    await join('pi3'); // of two, none is missed
    expect(said).toEqual(['pi3: joined the Swarm one', 'pi3: is a manager now']);
  });

  it('lets the quorum depend on no machine that is not well', async () => {
    await join('pi1');
    await join('pi2', ['worker']);
    swarm.seen('pi2', ...Array.from({ length: 1000 }, (_, index) => (index % 2 ? 'down' : 'ready')));
    await expect(join('pi2', undefined, hasty)).rejects.toThrow(
      /With it as a manager the Swarm would depend on it, so it stays a worker\. See what its Docker says on the machine: docker info/,
    );
    expect(swarm.events).not.toContain('pi2 is told to be a manager');
  });

  it('takes what a machine was before out of the Swarm first, when it comes with a new disk', async () => {
    for (const { name } of site.nodes.slice(0, 3)) await join(name);
    swarm.wipe('pi3');
    await join('pi3');
    expect(said).toContain('pi3: its former entry in the Swarm (id3-pi3) is gone');
    expect(reachability()).toEqual({ pi1: 'reachable', pi2: 'reachable', pi3: 'reachable' });
  });

  it('is as careful where others are down: a manager beside two of three', async () => {
    for (const { name } of site.nodes.slice(0, 3)) await join(name);
    swarm.kill('pi3');
    await join('pi4');
    expect(said).toContain('waiting: pi4: must be well for 0.1 s');
  });

  it('changes roles as the config has them, and nothing when it is run again', async () => {
    for (const { name } of site.nodes.slice(0, 3)) await join(name);
    await join('pi3', ['worker']);
    expect(reachability()).toEqual({ pi1: 'reachable', pi2: 'reachable', pi3: undefined });
    expect(swarm.events.slice(-2)).toEqual([
      'pi3 is told to be a worker',
      'pi3 is labelled evenkeel.node, evenkeel.worker',
    ]);
    const { length } = swarm.events;
    await join('pi3', ['worker']);
    await join('pi2');
    expect(swarm.events.slice(length)).toEqual([]);
  });

  it('has no worker begin', async () => {
    await expect(join('pi1', ['worker'])).rejects.toThrow(
      'pi1: there is no Swarm to join yet; its managers come first',
    );
  });
});
