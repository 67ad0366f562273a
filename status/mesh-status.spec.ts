import { meshProblems } from './mesh-status';
import type { NodeStatus } from './node-status';
import type { MeshReading } from './site-reading';

const node = (name: string, more: Partial<NodeStatus> = {}): NodeStatus => ({
  name,
  place: 'home',
  roles: ['worker'],
  maintenance: false,
  state: 'ready',
  reachable: true,
  ...more,
});
const nodes = ['pi1', 'pi2', 'pi3'].map((name) => node(name));
const well: Record<string, MeshReading> = {
  pi1: { handshakes: { pi2: 10, pi3: 170 } },
  pi2: { handshakes: { pi1: 11, pi3: 100 } },
  pi3: { handshakes: { pi1: 171, pi2: 99 } },
};

describe('meshProblems', () => {
  it('has nothing to say of a mesh that is well, nor without one', () => {
    expect(meshProblems(nodes, { mesh: well })).toEqual([]);
    expect(meshProblems(nodes, {})).toEqual([]);
  });

  it('names two nodes without a handshake for three minutes, once', () => {
    const mesh = {
      ...well,
      pi1: { handshakes: { pi2: 250, pi3: 10 } },
      pi2: { handshakes: { pi1: 247, pi3: null } },
    };
    expect(meshProblems(nodes, { mesh })).toEqual([
      'pi1 and pi2 do not reach each other in the mesh: no handshake for 4 min. See docs/mesh.md, "When two nodes do not reach each other"',
    ]);
  });

  it('names two that have had none at all', () => {
    const mesh = { pi1: { handshakes: { pi2: null } }, pi2: { handshakes: {} } };
    expect(meshProblems(nodes, { mesh })).toEqual([
      'pi1 and pi2 do not reach each other in the mesh: no handshake since it is up. See docs/mesh.md, "When two nodes do not reach each other"',
    ]);
  });

  it.each<[string, Partial<NodeStatus>]>([
    ['is down', { state: 'down' }],
    ['can not be reached', { reachable: false }],
    ['is in maintenance', { maintenance: true }],
  ])('says nothing of a node that %s: that was said', (_, more) => {
    const mesh = { pi1: { handshakes: { pi2: 250, pi3: 10 } } };
    expect(meshProblems([node('pi1'), node('pi2', more), node('pi3')], { mesh })).toEqual([]);
  });

  it('names a node whose mesh is gone', () => {
    const mesh = { ...well, pi2: { problem: 'pi2: Unable to access interface: No such device' } };
    expect(meshProblems(nodes, { mesh })).toEqual([
      "pi2: its mesh can't be read (pi2: Unable to access interface: No such device). Run: evenkeel mesh",
    ]);
  });
});
