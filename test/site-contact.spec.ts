import { SiteContact } from '../edge/site-contact';
import { edgeServiceName } from '../edge/swarm-state';
import type { SshSession } from '../remote/ssh-session';
import { threeNodes } from './sites';

/** By machine: the Swarm that it manages, and whether that has our edges. */
let swarms: Record<string, { id: string; edges: boolean }>;

jest.mock('../remote/docker-api', () => ({
  dockerApi: ({ node }: { node: string }) => {
    const { id, edges } = swarms[node]!;
    return {
      info: () =>
        Promise.resolve({ Swarm: { LocalNodeState: 'active', ControlAvailable: true, Cluster: { ID: id } } }),
      listNodes: () => Promise.resolve([]),
      listServices: () =>
        Promise.resolve(edges ? [{ ID: 'e', Version: { Index: 1 }, Spec: { Name: edgeServiceName } }] : []),
    };
  },
}));

class FakeContact extends SiteContact {
  override session(node: string): Promise<SshSession> {
    return Promise.resolve({ node } as SshSession);
  }
}

describe('the managers of a site', () => {
  const manager = () => new FakeContact(threeNodes().nodes).manager(0);
  const refusal = (found: string) =>
    `The managers of this site are in different Swarms (${found}), and it can't be told which one is the site's. Take the ` +
    'wrong one away on its machines with: docker swarm leave --force';

  it('speak for the Swarm with our edges, where a machine was installed anew and made one of its own', async () => {
    swarms = {
      pi1: { id: 'new', edges: false },
      pi2: { id: 'ours', edges: true },
      pi3: { id: 'ours', edges: true },
    };
    expect(await manager()).toMatchObject({ name: 'pi2', clusterId: 'ours' });
  });

  it.each([
    ['two of them have our edges', true],
    ['none of them has', false],
  ])('are in different Swarms, which is refused, when %s', async (_, edges) => {
    swarms = { pi1: { id: 'one', edges }, pi2: { id: 'two', edges }, pi3: { id: 'two', edges } };
    await expect(manager()).rejects.toThrow(new Error(refusal('pi1: one, pi2: two, pi3: two')));
  });
});
