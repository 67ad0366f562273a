import type { SiteConfig } from '../config/site-config';
import { pointerFromConfig } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { fiveNodes } from '../test/sites';
import { edgeOf, readingOf, siteWith, stat, swarmNode, switched } from './reading.fixture';
import type { SiteReading } from './site-reading';
import { siteStatus } from './site-status';
import { edgeIn, statusOf, type WholeReading } from './status.fixture';

const deadNode = (reading: WholeReading) => {
  reading.swarm.nodes[2] = swarmNode('pi3', { state: 'down', reachability: 'unreachable' });
  reading.unreachable['pi3'] =
    "pi3 (root@192.168.1.13:22) can't be reached over SSH: no answer within 5000 ms";
  reading.edges[2] = { node: 'pi3', stats: [], problem: reading.unreachable['pi3'] };
  for (const node of ['pi1', 'pi2'])
    for (const row of edgeIn(reading, node).stats)
      if (row.server === 'pi3') Object.assign(row, { status: 'DOWN', check: 'L4TOUT' });
};

describe('the status of a site', () => {
  it('is well when config, label, maps and Swarm agree and all is healthy', () => {
    const status = statusOf();
    expect(status).toMatchObject({
      site: 'home',
      ok: true,
      manager: 'pi1',
      generation: { config: 7, label: 7, running: 7, edges: { pi1: 7, pi2: 7, pi3: 7 } },
      disagreements: [],
      problems: [],
    });
    expect(status.services).toEqual([
      {
        name: 'shop',
        url: 'http://shop.example.com',
        deployed: true,
        live: 'green',
        canary: 0,
        maintenance: false,
        slots: {
          blue: {
            slot: 'blue',
            live: false,
            version: '1.4.2',
            digest: digestOf('a'),
            wanted: ['pi1', 'pi2', 'pi3'],
            healthy: ['pi1', 'pi2', 'pi3'],
            unhealthy: {},
          },
          green: {
            slot: 'green',
            live: true,
            version: '1.5.0-rc.1',
            digest: digestOf('b'),
            wanted: ['pi1', 'pi2', 'pi3'],
            healthy: ['pi1', 'pi2', 'pi3'],
            unhealthy: {},
          },
        },
        rollback: { slot: 'blue', version: '1.4.2', digest: digestOf('a'), callsOff: false },
      },
    ]);
  });

  it('names a dead node once, and not again for its edge and its slots', () => {
    const status = statusOf(deadNode);
    expect(status.ok).toBe(false);
    expect(status.disagreements).toEqual([]);
    expect(status.problems).toEqual([
      "pi3: Swarm calls it down; can't be reached over SSH: no answer within 5000 ms",
    ]);
    expect(status.services[0]!.slots.green).toMatchObject({
      healthy: ['pi1', 'pi2'],
      unhealthy: { pi3: 'DOWN, L4TOUT' },
    });
    expect(status.edges[2]).toEqual({ node: 'pi3', problem: 'Swarm calls the node down' });
    expect(status.generation.edges).toEqual({ pi1: 7, pi2: 7 });
  });

  it('is told from the edges’ maps alone where there is no quorum', () => {
    const why = 'No manager of this site has a quorum, so the Swarm takes no change:\n  pi1: no quorum';
    const status = statusOf((reading) => Object.assign(reading, { swarm: { kind: 'unreadable', why } }));
    expect(status).toMatchObject({
      ok: false,
      swarm: why,
      generation: { config: 7, running: 7, edges: { pi1: 7, pi2: 7, pi3: 7 } },
      disagreements: [],
      problems: [why],
    });
    expect(status.manager).toBeUndefined();
    expect(status.generation.label).toBeUndefined();
    expect(status.nodes.map(({ name, state }) => [name, state])).toEqual([
      ['pi1', undefined],
      ['pi2', undefined],
      ['pi3', undefined],
    ]);
    // The versions are known by the digests of the maps, and a rollback still has its way.
    expect(status.services[0]).toMatchObject({
      live: 'green',
      slots: { blue: { version: '1.4.2' }, green: { version: '1.5.0-rc.1', healthy: ['pi1', 'pi2', 'pi3'] } },
      rollback: { version: '1.4.2' },
    });
  });

  it('says that nothing is deployed where there is no Swarm yet', () => {
    const status = statusOf((reading) =>
      Object.assign(reading, {
        swarm: { kind: 'none', why: 'no manager of this site is in a Swarm yet' },
        edges: ['pi1', 'pi2', 'pi3'].map((node) => ({ node, stats: [], problem: 'no such file' })),
      }),
    );
    expect(status).toMatchObject({
      ok: false,
      disagreements: ['nothing is deployed: no manager of this site is in a Swarm yet. Run: pulumi up'],
      problems: [],
    });
    expect(status.generation).toEqual({ config: 7, edges: {} });
    expect(status.services[0]).toMatchObject({
      deployed: false,
      live: 'green',
      slots: { blue: { wanted: [] }, green: { wanted: [] } },
      rollback: { none: 'no edge and no label knows this service' },
    });
  });

  it('says nothing of what runs where nobody can be asked', () => {
    const status = statusOf((reading) => {
      const why = 'No manager of this site can be reached:\n  pi1: …';
      Object.assign(reading, { swarm: { kind: 'unreadable', why } });
      for (const each of reading.edges) Object.assign(each, { worker: undefined, stats: [], problem: 'x' });
      for (const node of ['pi1', 'pi2', 'pi3'])
        reading.unreachable[node] = `${node} (root@x:22) can't be reached`;
    });
    expect(status.disagreements).toEqual([]);
    expect(status.problems).toEqual([
      'No manager of this site can be reached:\n  pi1: …',
      "pi1: can't be reached",
      "pi2: can't be reached",
      "pi3: can't be reached",
    ]);
    expect(status.generation).toEqual({ config: 7, edges: {} });
  });

  it('leaves a node in maintenance out of everything, but for its row', () => {
    const config: SiteConfig = fiveNodes();
    const maps = pointerFromConfig(config.release);
    const checks = ['pi1', 'pi2', 'vps2', 'pi3'].flatMap((node) =>
      ['shop-blue', 'shop-green', 'blog-blue', 'blog-green'].map((backend) => stat(backend, node)),
    );
    const reading: SiteReading = {
      ...readingOf(siteWith(switched)),
      swarm: { kind: 'unreadable', why: 'x' },
      edges: ['pi1', 'pi2', 'vps1'].map((node) => ({ ...edgeOf(node, maps), stats: checks })),
    };
    const status = siteStatus(config, reading);
    expect(status.nodes.at(-1)).toEqual({
      name: 'pi3',
      place: 'home',
      roles: ['worker'],
      maintenance: true,
    });
    expect(status.problems).toEqual(['x']);
    expect(status.services.map(({ name, slots }) => [name, slots.green.wanted, slots.green.healthy])).toEqual(
      [
        ['shop', ['pi1', 'pi2', 'vps2'], ['pi1', 'pi2', 'vps2']],
        ['blog', ['pi1', 'pi2', 'vps2'], ['pi1', 'pi2', 'vps2']],
      ],
    );
    expect(status.services[0]).toMatchObject({
      url: 'http://shop.example.com:8000',
      preview: 'http://next.shop.example.com:8000',
      canary: 10,
      candidate: { slot: 'blue', version: '1.6.0-rc.1', digest: digestOf('a'), deployed: true },
    });
  });

  it('tells what waits for its slot’s next turn as a disagreement', () => {
    const pending = 'green of shop is live: what the config changes in it waits until it is idle';
    const status = siteStatus(siteWith(switched), readingOf(siteWith(switched)), [pending]);
    expect(status).toMatchObject({ ok: false, disagreements: [pending], problems: [] });
  });
});
