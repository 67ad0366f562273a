import { oddManagersTwoEdges } from './odd-managers-two-edges';
import type { DeclaredResource } from './testing/declared-resource';
import { sitesOfProject } from './shared/sites-of-project';
import { violationsOf } from './testing/violations-of';

jest.mock('./shared/sites-of-project', () => ({ sitesOfProject: jest.fn() }));
const sites = jest.mocked(sitesOfProject);
beforeEach(() => void sites.mockReturnValue([]));

const edgesRemedy = 'Allowed: two or more. Add "edge" to the roles of another node.';
const managersRemedy =
  'Allowed: an odd number, such as 1, 3 or 5. Add "manager" to the roles of one node more, or take it from one.';

describe('oddManagersTwoEdges', () => {
  it.each([
    ['three managers and three edges', { pi1: 'manager edge', pi2: 'manager edge', pi3: 'manager edge' }],
    ['one manager and two edges', { pi1: 'manager edge', pi2: 'worker edge', pi3: 'worker' }],
    [
      'five managers and two edges',
      { a: 'manager', b: 'manager', c: 'manager', d: 'manager edge', e: 'manager edge' },
    ],
    ['a stack without nodes', {}],
  ])('accepts %s', async (_, nodes) => {
    expect(await violationsOf(oddManagersTwoEdges, site(nodes))).toEqual([]);
  });

  it('refuses two managers', async () => {
    expect(
      await violationsOf(
        oddManagersTwoEdges,
        site({ pi2: 'manager edge', pi1: 'manager edge', pi3: 'worker' }),
      ),
    ).toEqual([
      {
        message: `evenkeel:nodes: 2 managers (pi1, pi2): they bear the loss of no more machines than 1 would. ${managersRemedy}`,
      },
    ]);
  });

  it('refuses four managers', async () => {
    const nodes = { a: 'manager edge', b: 'manager edge', c: 'manager', d: 'manager' };
    expect(await violationsOf(oddManagersTwoEdges, site(nodes))).toEqual([
      {
        message: `evenkeel:nodes: 4 managers (a, b, c, d): they bear the loss of no more machines than 3 would. ${managersRemedy}`,
      },
    ]);
  });

  it('refuses a site without a manager', async () => {
    expect(await violationsOf(oddManagersTwoEdges, site({ pi1: 'worker edge', pi2: 'edge' }))).toEqual([
      { message: `evenkeel:nodes: no manager: without one there is no Swarm. ${managersRemedy}` },
    ]);
  });

  it('refuses one edge', async () => {
    expect(
      await violationsOf(oddManagersTwoEdges, site({ pi1: 'manager edge', pi2: 'worker', pi3: 'worker' })),
    ).toEqual([
      { message: `evenkeel:nodes: 1 edge (pi1): when it is down, nobody reaches the site. ${edgesRemedy}` },
    ]);
  });

  it('refuses a site without an edge, beside what else is wrong', async () => {
    expect(await violationsOf(oddManagersTwoEdges, site({ pi1: 'manager', pi2: 'manager' }))).toEqual([
      {
        message: `evenkeel:nodes: 2 managers (pi1, pi2): they bear the loss of no more machines than 1 would. ${managersRemedy}`,
      },
      { message: `evenkeel:nodes: no edge: nobody reaches the site. ${edgesRemedy}` },
    ]);
  });

  it('refuses a single machine, and names the option that accepts it', async () => {
    expect(await violationsOf(oddManagersTwoEdges, site({ vps: 'manager worker edge' }))).toEqual([
      {
        message:
          `evenkeel:nodes: 1 edge (vps): when it is down, nobody reaches the site. ${edgesRemedy} A site of one machine may do with one edge ` +
          'where it is one of several sites, named in stacks/sites.yaml; or by --policy-pack-config FILE, with ' +
          '{"odd-managers-two-edges": {"allowSingleMachine": true}} in FILE.',
      },
    ]);
  });

  describe('as one of several sites', () => {
    const single = site({ vps: 'manager worker edge' });

    it('accepts a single machine, since the other sites are its reserve', async () => {
      sites.mockReturnValue(['fra', 'home']);
      expect(await violationsOf(oddManagersTwoEdges, single)).toEqual([]);
    });

    it('still refuses it where allowSingleMachine is false', async () => {
      sites.mockReturnValue(['fra', 'home']);
      expect(await violationsOf(oddManagersTwoEdges, single, { allowSingleMachine: false })).toHaveLength(1);
    });

    it.each([
      ['the only one that is named', ['home']],
      ['none of those that are named', ['fra', 'nbg']],
    ])('refuses a single machine that is %s', async (_, named) => {
      sites.mockReturnValue(named);
      expect(await violationsOf(oddManagersTwoEdges, single)).toHaveLength(1);
    });

    it('still refuses one edge where there are more machines', async () => {
      sites.mockReturnValue(['fra', 'home']);
      expect(
        await violationsOf(oddManagersTwoEdges, site({ pi1: 'manager edge', pi2: 'worker' })),
      ).toHaveLength(1);
    });
  });

  describe('with allowSingleMachine', () => {
    const config = { allowSingleMachine: true };

    it('accepts a single machine', async () => {
      expect(await violationsOf(oddManagersTwoEdges, site({ vps: 'manager worker edge' }), config)).toEqual(
        [],
      );
    });

    it('still refuses a single machine that is no edge', async () => {
      expect(await violationsOf(oddManagersTwoEdges, site({ vps: 'manager worker' }), config)).toEqual([
        {
          message:
            'evenkeel:nodes: no edge: nobody reaches the site. Allowed: one, on a site of one machine. Add "edge" to its roles.',
        },
      ]);
    });

    it('still refuses one edge where there are more machines', async () => {
      expect(
        await violationsOf(oddManagersTwoEdges, site({ pi1: 'manager edge', pi2: 'worker' }), config),
      ).toEqual([
        { message: `evenkeel:nodes: 1 edge (pi1): when it is down, nobody reaches the site. ${edgesRemedy}` },
      ]);
    });
  });

  it('counts no node of an earlier run that the stack no longer holds', async () => {
    await violationsOf(oddManagersTwoEdges, site({ old: 'manager edge' }));
    expect(await violationsOf(oddManagersTwoEdges, site({ pi1: 'manager edge', pi2: 'edge' }))).toEqual([]);
  });

  it('passes no judgement where --target leaves out a node, for half a site cannot be counted', async () => {
    const kept = { type: 'evenkeel:index:Node', name: 'kept', registered: false };
    expect(
      await violationsOf(oddManagersTwoEdges, [kept, ...site({ pi1: 'manager', pi2: 'manager' })]),
    ).toEqual([]);
  });

  it('counts nodes only', async () => {
    const swarm = { type: 'evenkeel:index:Swarm', name: 'swarm', inputs: { roles: ['manager', 'edge'] } };
    expect(
      await violationsOf(oddManagersTwoEdges, [swarm, ...site({ pi1: 'manager edge', pi2: 'edge' })]),
    ).toEqual([]);
  });
});

/** Nodes with their roles, the latter as words in one string. */
function site(nodes: Readonly<Record<string, string>>): DeclaredResource[] {
  return Object.entries(nodes).map(([name, roles]) => ({
    type: 'evenkeel:index:Node',
    name,
    inputs: { name, place: 'home', roles: roles.split(' '), arch: 'arm64' },
  }));
}
