import { swarmNode, taskOn } from './reading.fixture';
import type { SiteStatus } from './site-status';
import { edgeIn, statusOf } from './status.fixture';

describe('problems', () => {
  it.each<[string, SiteStatus, string[]]>([
    [
      'name a slot that an edge finds unhealthy, and which edge',
      statusOf((reading) => {
        const row = edgeIn(reading, 'pi2').stats.find(
          (each) => each.backend === 'shop-green' && each.server === 'pi1',
        );
        Object.assign(row!, { status: 'DOWN', check: 'L7STS' });
      }),
      ['green of shop (live) is not healthy on 1 of 3 nodes: pi1 (DOWN, L7STS (says pi2))'],
    ],
    [
      'name the failure of a task that is started again and again',
      statusOf((reading) => {
        const { image } = reading.swarm.slots[0]!;
        const failed = { image, state: 'failed', message: 'task: non-zero exit (1)' };
        reading.swarm.slots[0]!.tasks = [taskOn('pi3', { image }), taskOn('pi3', failed)];
        for (const each of reading.edges)
          for (const row of each.stats)
            if (row.backend === 'shop-blue' && row.server === 'pi3')
              Object.assign(row, { status: 'DOWN', check: 'L4CON' });
      }),
      [
        'blue of shop is not healthy on 1 of 3 nodes: pi3 (DOWN, L4CON; its task failed: task: non-zero exit (1))',
      ],
    ],
    [
      'name a server that is still coming up though its last check was good',
      statusOf((reading) => {
        for (const each of reading.edges)
          for (const row of each.stats)
            if (row.backend === 'shop-green' && row.server === 'pi2') row.status = 'DOWN 1/2';
      }),
      ['green of shop (live) is not healthy on 1 of 3 nodes: pi2 (DOWN 1/2, L7OK)'],
    ],
    [
      'don’t name a failure of what was in the slot before',
      statusOf((reading) => {
        const { image } = reading.swarm.slots[0]!;
        reading.swarm.slots[0]!.tasks = [
          taskOn('pi3', { image, state: 'preparing' }),
          taskOn('pi3', { image: 'older', state: 'failed', message: 'task: non-zero exit (1)' }),
        ];
        for (const each of reading.edges)
          for (const row of each.stats)
            if (row.backend === 'shop-blue' && row.server === 'pi3') row.check = 'L4CON';
      }),
      ['blue of shop is not healthy on 1 of 3 nodes: pi3 (UP, L4CON; its task is preparing)'],
    ],
    [
      'name a machine that is out of our reach once, and not again for its edge',
      statusOf((reading) => {
        const why = "pi3 (root@192.168.1.13:22) can't be reached over SSH: no answer within 5000 ms";
        reading.unreachable['pi3'] = why;
        reading.edges[2] = { node: 'pi3', stats: [], problem: why };
      }),
      ["pi3: can't be reached over SSH: no answer within 5000 ms"],
    ],
    [
      'name a server that no edge knows, and a task that is not there',
      statusOf((reading) => {
        reading.swarm.slots[1]!.tasks.pop();
        for (const each of reading.edges)
          each.stats = each.stats.filter((row) => row.backend !== 'shop-green' || row.server !== 'pi3');
      }),
      [
        'green of shop (live) is not healthy on 1 of 3 nodes: pi3 (no such server; Swarm has made no task of this image)',
      ],
    ],
    [
      'name a node that runs nothing, and one that is no member',
      statusOf(({ swarm }) => {
        swarm.nodes = [swarmNode('pi1'), swarmNode('pi2', { availability: 'drain' })];
      }),
      [
        'pi2: its availability is drain, so Swarm runs nothing on it',
        'pi3: is not in the Swarm',
        'the edge pi3: the node is not in the Swarm, but its edge answers',
      ],
    ],
    [
      'name a manager that the others don’t reach',
      statusOf(({ swarm }) => (swarm.nodes[2] = swarmNode('pi3', { reachability: 'unreachable' }))),
      ['pi3: the other managers find it unreachable'],
    ],
    [
      'name an edge that does not run, with Swarm’s reason',
      statusOf((reading) => {
        reading.edges[0] = { node: 'pi1', stats: [], problem: 'nobody listens' };
        reading.swarm.edgeTasks[0] = taskOn('pi1', { state: 'rejected', message: 'No such image' });
      }),
      ['the edge pi1: its newest task is rejected (No such image)'],
    ],
    [
      'name an edge whose answers come from an old container',
      statusOf(({ swarm }) => (swarm.edgeTasks[0] = taskOn('pi1', { containerId: 'beef'.repeat(16) }))),
      ['the edge pi1: answers from container 1f2a9c0d1e2f, which is not that of its newest task'],
    ],
    [
      'name an edge that was fenced',
      statusOf(({ swarm }) => (swarm.nodes[1]!.labels = { 'evenkeel.node': 'pi2' })),
      ['the edge pi2: the node has no label evenkeel.edge, but its edge answers; pulumi up gives it back'],
    ],
    [
      'name a rollout of the edges that has stopped',
      statusOf(
        ({ swarm }) =>
          (swarm.edgeService = { rollout: { state: 'paused', message: 'update paused due to failure' } }),
      ),
      [
        'the rollout of the edges is not complete (Swarm says "paused": update paused due to failure). See why with: ' +
          'docker service ps evenkeel-edge --no-trunc',
      ],
    ],
  ])('%s', (_, status, expected) => {
    expect(status.problems).toEqual(expected);
    expect(status.ok).toBe(false);
  });

  it('are none while a healthy server is being checked again', () => {
    const status = statusOf((reading) => {
      for (const each of reading.edges) for (const row of each.stats) row.check = '* L7OK';
    });
    expect(status.ok).toBe(true);
  });

  it('are there for a server that is UP and was never checked', () => {
    const status = statusOf((reading) => {
      for (const row of edgeIn(reading, 'pi1').stats) row.check = 'INI';
    });
    expect(status.services[0]!.slots.blue.healthy).toEqual([]);
  });

  it('don’t name an old, dead entry of a machine that was installed anew', () => {
    const status = statusOf(({ swarm }) =>
      swarm.nodes.unshift(swarmNode('pi3', { id: 'old', state: 'down', reachability: 'unreachable' })),
    );
    expect(status.ok).toBe(true);
  });
});
