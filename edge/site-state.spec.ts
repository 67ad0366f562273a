import Docker from 'dockerode';
import * as fc from 'fast-check';
import type { Pointer } from '../release/pointer';
import { digestOf } from '../test/pointers';
import { fiveNodes, threeNodes } from '../test/sites';
import { haproxyCfg, haproxyCfgHash } from './haproxy-cfg';
import { descriptionOf, driftOf, edgeDifferences, type EdgeState, type SiteState } from './site-state';
import type { SwarmNode } from './swarm-state';

const pointer: Pointer = {
  generation: 8,
  services: { shop: { live: 'green', canary: 0, digests: { blue: digestOf('a'), green: digestOf('b') } } },
};
const older: Pointer = { generation: 7, services: { shop: { ...pointer.services['shop']!, live: 'blue' } } };
const wanted = { pointer, haproxyCfg: 'cfg2' };

function swarmNode(state = 'ready'): SwarmNode {
  return {
    id: 'id',
    hostname: 'host',
    address: '10.0.0.11',
    role: 'manager',
    state,
    availability: 'active',
    labels: { 'evenkeel.edge': 'true' },
    version: 1,
  };
}

/** An edge that has what is wanted, with changes. */
function edge(name: string, changes: Partial<EdgeState> = {}): EdgeState {
  return {
    name,
    swarmNode: swarmNode(),
    worker: { container: 'c', haproxyCfg: 'cfg2', pointer },
    ...changes,
  };
}

/** A site that has what is wanted, with changes. */
function site(changes: Partial<SiteState> = {}): SiteState {
  const manager = { name: 'pi1', docker: new Docker(), clusterId: 'c' };
  return {
    manager,
    nodes: [],
    label: pointer,
    haproxyCfg: 'cfg2',
    edges: [edge('pi1'), edge('pi2')],
    ...changes,
  };
}

const withPointer = (has: Pointer) => ({ worker: { container: 'c', haproxyCfg: 'cfg2', pointer: has } });

describe('edgeDifferences', () => {
  it.each<[string, SiteState, string[]]>([
    ['none, where label and edges have what is wanted', site(), []],
    [
      'the label’s, the edges’ and nothing twice before the first deploy',
      site({
        label: undefined,
        haproxyCfg: undefined,
        edges: [{ name: 'pi1', swarmNode: swarmNode() }, { name: 'pi2' }],
      }),
      [
        'the label has generation none',
        'the label has haproxy.cfg none',
        'pi1: has no edge',
        'pi2: has no edge',
      ],
    ],
    ['an older label', site({ label: older }), ['the label has generation 7']],
    [
      'a label of the same generation with another content',
      site({ label: { ...older, generation: 8 } }),
      ['the label has generation 8'],
    ],
    ['another haproxy.cfg in the label', site({ haproxyCfg: 'cfg1' }), ['the label has haproxy.cfg cfg1']],
    [
      'an edge with an older pointer',
      site({ edges: [edge('pi1'), edge('pi2', withPointer(older))] }),
      ['pi2: has generation 7'],
    ],
    [
      'an edge that runs another haproxy.cfg',
      site({ edges: [edge('pi1', { worker: { container: 'c', haproxyCfg: 'cfg1', pointer } })] }),
      ['pi1: runs haproxy.cfg cfg1'],
    ],
    [
      'an edge that does not answer, with the reason',
      site({ edges: [edge('pi1', { worker: undefined, problem: 'its newest task is starting' })] }),
      ['pi1: its newest task is starting'],
    ],
    [
      'no edge whose node is Down: it will be born with the label',
      site({ edges: [edge('pi1', { swarmNode: swarmNode('down'), worker: undefined, problem: 'Down' })] }),
      [],
    ],
    [
      'an edge whose node Swarm does not call Down, but has lost sight of',
      site({
        edges: [edge('pi1', { swarmNode: swarmNode('unknown'), worker: undefined, problem: 'silent' })],
      }),
      ['pi1: silent'],
    ],
  ])('are %s', (_, state, differences) => {
    expect(edgeDifferences(state, wanted)).toEqual(differences);
  });

  it('are in the order of the config, the label first', () => {
    const edges = ['pi3', 'pi1', 'pi2'].map((name) => edge(name, withPointer(older)));
    expect(edgeDifferences(site({ label: older, edges }), wanted)).toEqual([
      'the label has generation 7',
      'pi3: has generation 7',
      'pi1: has generation 7',
      'pi2: has generation 7',
    ]);
  });
});

describe('driftOf', () => {
  it('is empty without differences', () => {
    expect(driftOf([])).toBe('');
  });

  it('is short, the same for the same differences, and another for others', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z0-9: ]{1,20}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        expect(driftOf(one)).toMatch(/^[0-9a-f]{16}$/);
        expect(driftOf(one) === driftOf(other)).toBe(one.join('\n') === other.join('\n'));
      }),
    );
  });
});

describe('descriptionOf', () => {
  it('is what HAProxy will say of a haproxy.cfg of ours', () => {
    const cfg = haproxyCfg(fiveNodes(), {});
    expect(cfg).toContain(`\n  description ${descriptionOf(cfg)}\n`);
    expect(descriptionOf(cfg)).toMatch(/^[0-9a-f]{16}$/);
    expect(descriptionOf(cfg)).not.toBe(descriptionOf(haproxyCfg(threeNodes(), {})));
  });

  it('is the hash of a text that is none of ours: it differs from whatever is wanted', () => {
    expect(descriptionOf('global\n')).toBe(haproxyCfgHash('global\n'));
  });
});
