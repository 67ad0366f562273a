import type { SwarmNode } from '../edge/swarm-state';
import type { SshSession } from '../remote/ssh-session';
import { meshedNodes, threeNodes } from '../test/sites';
import { swarmElsewhere } from './swarm-elsewhere';

const member = (name: string, address: string, more: Partial<SwarmNode> = {}): SwarmNode => ({
  ...{ id: name, name, hostname: name, address, role: 'worker', state: 'ready' },
  ...{ availability: 'active', labels: {}, version: 1 },
  ...more,
});

/** Machines with a mesh, or without. */
const contact = (mesh: boolean) => ({
  session: () =>
    Promise.resolve({
      exec: () => Promise.resolve({ stdout: '', stderr: '', code: mesh ? 0 : 1 }),
    } as unknown as SshSession),
});
const nobody = { session: () => Promise.reject(new Error('away')) };

const remedy =
  'Swarm keeps the addresses that its members joined with, so a mesh is put under a site, or taken away, before it has a ' +
  'Swarm. docs/mesh.md, "A site that runs already", says how.';

describe('swarmElsewhere', () => {
  it('has nothing to say where the Swarm is where config has it', async () => {
    const plain = ['192.168.1.11', '192.168.1.12'].map((address, index) => member(`pi${index + 1}`, address));
    expect(await swarmElsewhere(threeNodes(), plain, nobody)).toEqual([]);
    const meshed = [member('pi1', '0.0.0.0', { advertised: '10.90.0.1:2377' }), member('pi2', '10.90.0.2')];
    expect(await swarmElsewhere(meshedNodes(), meshed, nobody)).toEqual([]);
  });

  it('refuses a mesh under a Swarm without one', async () => {
    const nodes = [
      member('pi1', '0.0.0.0', { advertised: '192.168.1.11:2377' }),
      member('pi2', '192.168.1.12'),
      member('pi3', '203.0.113.7', { state: 'down' }),
    ];
    expect(await swarmElsewhere(meshedNodes(), nodes, nobody)).toEqual([
      `pi1 is in the Swarm at 192.168.1.11, and evenkeel:mesh makes that 10.90.0.1. ${remedy}`,
      `pi2 is in the Swarm at 192.168.1.12, and evenkeel:mesh makes that 10.90.0.2. ${remedy}`,
    ]);
  });

  it('refuses to take away the mesh that a Swarm uses', async () => {
    const nodes = [member('pi1', '10.90.0.1')];
    expect(await swarmElsewhere(threeNodes(), nodes, contact(true))).toEqual([
      `pi1 is in the Swarm at 10.90.0.1, an address of its mesh, and there is no evenkeel:mesh. ${remedy}`,
    ]);
  });

  it('lets a Swarm without a mesh be at whatever address it is', async () => {
    const nodes = [member('pi1', '172.16.0.1'), member('pi2', '')];
    expect(await swarmElsewhere(threeNodes(), nodes, contact(false))).toEqual([]);
    expect(await swarmElsewhere(threeNodes(), nodes, nobody)).toEqual([]);
  });
});
