import { pointerFromConfig, type Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { cfgHash, imageOf, siteWith, swarmNode, switched } from './reading.fixture';
import { siteStatus, type SiteStatus } from './site-status';
import { edgeIn, readingAfter, release, statusOf } from './status.fixture';

const pointer = pointerFromConfig(switched);

describe('disagreements', () => {
  const newer: Pointer = { ...pointer, generation: 8 };

  it.each<[string, SiteStatus, string[]]>([
    [
      'name what pulumi up would bring, when the config is newer',
      statusOf(undefined, release(8, { canary: 5, maintenance: true })),
      [
        'the config has generation 8, and the site runs generation 7: pulumi up would bring shop.canary: 0 -> 5, ' +
          'shop.maintenance: none -> on',
      ],
    ],
    [
      'name a generation that changes nothing',
      statusOf(undefined, release(8, {})),
      [
        'the config has generation 8, and the site runs generation 7: pulumi up would bring nothing but the generation',
      ],
    ],
    [
      'send whoever has an old checkout to Git',
      statusOf(undefined, release(6, { live: 'blue', previous: undefined })),
      [
        'the config has generation 6, and the site runs generation 7: the config is older than what runs, and differs ' +
          `by shop.live: green -> blue, shop.previous: ${digestOf('a')} -> none. Take the newest one: git pull`,
      ],
    ],
    [
      'name one generation with two contents',
      statusOf(undefined, release(7, { canary: 20 })),
      [
        'the config and the site have generation 7 with different contents: shop.canary: 0 -> 20. Each change needs a ' +
          'generation of its own: set evenkeel:release.generation to 8',
      ],
    ],
    [
      'name nodes that are changing their slot, and nothing else for it',
      statusOf(({ swarm, edges }) => {
        for (const runs of [swarm.label!, ...edges.map(({ worker }) => worker!.pointer)])
          runs.services['shop']!.rolling = { to: 'blue', idle: digestOf('a') };
      }),
      [
        'the nodes of shop are going to blue, one after the other. When no pulumi up is under way, it was killed: run pulumi up',
      ],
    ],
    [
      'name an edge that is behind the label',
      statusOf((reading) => {
        const { services } = pointer;
        const old = { generation: 6, services: { shop: { ...services['shop']!, live: 'blue' as const } } };
        edgeIn(reading, 'pi2').worker!.pointer = old;
      }),
      ['the edge pi2 has generation 6, and the label has 7: shop.live: blue -> green. Run: pulumi up'],
    ],
    [
      'name edges that are ahead of the label, as after a rollback without a quorum',
      statusOf(
        (reading) => {
          for (const each of reading.edges) each.worker!.pointer = newer;
        },
        release(8, {}),
      ),
      ['pi1', 'pi2', 'pi3'].map(
        (node) =>
          `the edge ${node} has generation 8, and the label has 7: nothing but the generation. Run: pulumi up`,
      ),
    ],
    [
      'measure edges by each other where the label can’t be read',
      statusOf(
        (reading) => {
          Object.assign(reading, { swarm: { kind: 'none', why: 'x' } });
          for (const node of ['pi1', 'pi3']) edgeIn(reading, node).worker!.pointer = newer;
        },
        release(8, {}),
      ),
      ['the edge pi2 has generation 7, and another edge has 8: nothing but the generation. Run: pulumi up'],
    ],
    [
      'name an edge with another haproxy.cfg',
      statusOf((reading) => (edgeIn(reading, 'pi3').worker!.haproxyCfg = '0123456789abcdef')),
      [`the edge pi3 runs haproxy.cfg 0123456789abcdef, and the label has ${cfgHash}. Run: pulumi up`],
    ],
    [
      'name an edge that runs another haproxy.cfg than most, where the label can’t be read',
      statusOf((reading) => {
        Object.assign(reading, { swarm: { kind: 'none', why: 'x' } });
        edgeIn(reading, 'pi1').worker!.haproxyCfg = '0123456789abcdef';
      }),
      [`the edge pi1 runs haproxy.cfg 0123456789abcdef, and most edges run ${cfgHash}. Run: pulumi up`],
    ],
    [
      'name a slot whose image is not that of the label',
      statusOf(({ swarm }) => (swarm.slots[0]!.image = imageOf('1.6.0-rc.1', digestOf('c')))),
      [
        `blue of shop runs ${digestOf('c')}, and the label says ${digestOf('a')}: an up has not come to its end, or it ` +
          'was changed by hand. Run: pulumi up',
      ],
    ],
    [
      'name a slot that somebody has taken away',
      statusOf(({ swarm }) => swarm.slots.shift()),
      [
        `blue of shop runs nothing, and the label says ${digestOf('a')}: an up has not come to its end, or it was ` +
          'changed by hand. Run: pulumi up',
      ],
    ],
    [
      'name an image without a digest, which nobody but a hand puts there',
      statusOf(({ swarm }) => (swarm.slots[1]!.image = 'registry.example.com/shop:latest')),
      [
        `green of shop runs registry.example.com/shop:latest, and the label says ${digestOf('b')}: an up has not come ` +
          'to its end, or it was changed by hand. Run: pulumi up',
      ],
    ],
    [
      'name a member with another role, and one that the config does not have; a machine of somebody else’s is not ours',
      statusOf(({ swarm }) => {
        swarm.nodes[1] = swarmNode('pi2', { role: 'worker', reachability: undefined });
        swarm.nodes.push(swarmNode('pi4', { state: 'down' }), { ...swarmNode('nas'), name: undefined });
      }),
      [
        'pi2 is a worker in the Swarm, and the config makes it a manager. Run: pulumi up',
        'the Swarm has a node pi4 (down), and the config has none of that name',
      ],
    ],
  ])('%s', (_, status, expected) => {
    expect(status.disagreements).toEqual(expected);
    expect(status.ok).toBe(false);
  });
});

it('leave out a node in maintenance, whatever it is in the Swarm', () => {
  const config = siteWith(switched);
  config.nodes[2]!.maintenance = true;
  const reading = readingAfter(switched, (site) => {
    site.swarm.nodes[2] = swarmNode('pi3', { role: 'worker', state: 'down' });
    site.edges.pop();
  });
  expect(siteStatus(config, reading)).toMatchObject({ ok: true, disagreements: [], problems: [] });
});
