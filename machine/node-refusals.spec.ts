import { nodeRefusals, whyOut } from './node-refusals';
import type { NodeSituation, NodeStep, SiteSituation } from './node-situation';

const steps: NodeStep[] = ['drain', 'reboot', 'update', 'replace', 'remove'];

/** A machine that does all that it is there for, but for what is said. */
function node(name: string, but: Partial<NodeSituation> = {}): NodeSituation {
  return {
    ...{ name, maintenance: false, state: 'ready', availability: 'active', edge: {} },
    ...{ services: ['shop'], healthy: ['shop'], ...but },
  };
}

/** A site whose first machines are managers. */
function site(nodes: NodeSituation[], managers = nodes.length, rollout?: string): SiteSituation {
  return {
    nodes,
    managers: nodes.slice(0, managers).map(({ name, state }) => ({ name, reachable: state === 'ready' })),
    demand: [],
    rollout,
    rolls: [],
  };
}

/** All that can be wrong with a machine, in Swarm's words and ours. */
const conditions: Record<string, Partial<NodeSituation>> = {
  well: {},
  sick: { healthy: [] },
  'without its edge': { edge: { problem: 'its newest task is failed' } },
  'in maintenance': { maintenance: true, edge: { problem: 'it is stopped' } },
  out: {
    ...{ out: 'reboot since 2026-11-21T13:00Z by ada@desk', availability: 'drain', healthy: [] },
    edge: { problem: 'it is stopped' },
  },
  'half out': { out: 'drain since 2026-11-21T13:00Z by ada@desk' },
  drained: { availability: 'drain', edge: { problem: 'it is stopped' }, healthy: [] },
  down: { state: 'down', edge: { problem: 'Swarm calls the node Down' }, healthy: [] },
  unlisted: {
    ...{ state: undefined, availability: undefined, healthy: [] },
    edge: { problem: 'is not in the Swarm' },
  },
};

describe('a machine may go', () => {
  it.each(steps)('with %s, when two others are well', (step) => {
    expect(nodeRefusals(step, 'pi2', site([node('pi1'), node('pi2'), node('pi3')]))).toEqual([]);
  });

  it('when it is a worker without an edge, and another one runs its services', () => {
    const worker = node('pi4', { edge: undefined });
    expect(nodeRefusals('drain', 'pi4', site([node('pi1'), node('pi2'), node('pi3'), worker], 3))).toEqual(
      [],
    );
  });

  it('when it is sick itself: it is what is to be mended', () => {
    const sick = node('pi1', { healthy: [], edge: { problem: 'its newest task is failed' } });
    expect(nodeRefusals('reboot', 'pi1', site([sick, node('pi2'), node('pi3')]))).toEqual([]);
  });

  it('on, when it is out already: the command is run again', () => {
    const out = node('pi1', { out: 'reboot since 2026-11-21T13:00Z by ada@desk', availability: 'drain' });
    expect(nodeRefusals('reboot', 'pi1', site([out, node('pi2', { healthy: [] }), node('pi3')]))).toEqual([]);
  });

  it('for good when it is dead, also when another one is: two dead ones of five are removed one after the other', () => {
    const dead = conditions['down']!;
    const nodes = [node('pi1'), node('pi2'), node('pi3'), node('pi4', dead), node('pi5', dead)];
    expect(nodeRefusals('remove', 'pi5', site(nodes))).toEqual([]);
    expect(nodeRefusals('replace', 'pi4', site(nodes))).toEqual([]);
  });
});

describe('a machine must not go', () => {
  const refused = (but: Partial<NodeSituation>, rollout?: string) =>
    nodeRefusals('drain', 'pi1', site([node('pi1'), node('pi2', but), node('pi3')], 3, rollout)).join('\n');

  it('while another one is out, and is told which and how to bring it back', () => {
    expect(refused(conditions['out']!)).toBe(
      'pi2 is out (reboot since 2026-11-21T13:00Z by ada@desk), and machines go out one at a time. Bring it back first: ' +
        'evenkeel node pi2 resume; or, when it is gone for good: evenkeel node pi2 remove',
    );
    expect(refused(conditions['in maintenance']!)).toMatch(
      /^pi2 is out \(the config has maintenance: true\)/,
    );
    expect(refused(conditions['drained']!)).toMatch(/its availability is drain.*evenkeel node pi2 resume/);
    expect(refused(conditions['without its edge']!)).toMatch(
      /its edge does not serve: its newest task is failed.*evenkeel status/,
    );
  });

  it('while the edges are rolled', () => {
    const rolling = { ...site([node('pi1'), node('pi2'), node('pi3')]), rolls: ['shop'] };
    expect(nodeRefusals('drain', 'pi1', rolling).join()).toMatch(
      /the nodes of shop are just changing their version/,
    );
    expect(refused({}, 'updating')).toMatch(/rollout of the edges is not complete \(Swarm says "updating"\)/);
  });

  it('as the last edge', () => {
    const nodes = [node('pi1'), node('pi2', { edge: undefined }), node('pi3', { edge: undefined })];
    expect(nodeRefusals('drain', 'pi1', site(nodes))).toEqual([
      'it is the last edge: without it nobody reaches the site. Give another node the role edge first, and run pulumi up.',
    ]);
  });

  it('as the last edge that serves', () => {
    const nodes = [
      node('pi1'),
      node('pi2', { edge: { problem: 'port 80 is taken' } }),
      node('pi3', { edge: undefined }),
    ];
    expect(nodeRefusals('drain', 'pi1', site(nodes)).join('\n')).toContain(
      'it is the last edge (pi2: its edge does not serve: port 80 is taken): without it nobody reaches the site. Bring another edge back first.',
    );
  });

  it('when the managers that are left are no quorum', () => {
    const nodes = [node('pi1'), node('pi2'), node('pi3', conditions['down'])];
    const said = nodeRefusals('reboot', 'pi1', site(nodes)).join('\n');
    expect(said).toContain(
      "without it 1 of 3 managers would be there, and Swarm's quorum is 2 (not there: pi3). Start pi3 first.",
    );
    expect(nodeRefusals('remove', 'pi1', site(nodes)).join('\n')).toContain(
      "without it 1 of 2 managers would be there, and Swarm's quorum is 2 (not there: pi3). Start pi3 first.",
    );
  });

  it('of two managers, nor as the only one', () => {
    const nodes = [node('pi1'), node('pi2'), node('pi3')];
    expect(nodeRefusals('drain', 'pi1', site(nodes, 2))).toEqual([
      "without it 1 of 2 managers would be there, and Swarm's quorum is 2. Have three managers, and any one of them can go.",
    ]);
    expect(nodeRefusals('drain', 'pi1', site(nodes, 1))).toEqual([
      'it is the only manager: while it is out the Swarm takes no change. Have three managers, and any one of them can go.',
    ]);
    expect(nodeRefusals('remove', 'pi1', site(nodes, 1))[0]).toMatch(
      /^it is the only manager: the Swarm would be gone/,
    );
    expect(nodeRefusals('drain', 'pi3', site(nodes, 1))).toEqual([]);
  });

  it('counts managers that the config does not know', () => {
    const known = site([node('pi1'), node('pi2'), node('pi3')]);
    const foreign = [1, 2].map((index) => ({ name: `old${index}`, reachable: false }));
    expect(nodeRefusals('drain', 'pi1', { ...known, managers: [...known.managers, ...foreign] })).toEqual([
      "without it 2 of 5 managers would be there, and Swarm's quorum is 3 (not there: old1, old2). Start old1 and old2 first.",
    ]);
  });

  it('when a service is healthy nowhere else', () => {
    const sick = { healthy: [] };
    expect(nodeRefusals('drain', 'pi1', site([node('pi1'), node('pi2', sick), node('pi3', sick)]))).toEqual([
      'shop would be healthy nowhere (pi2: not healthy; pi3: not healthy): its requests would be lost. Put that right first; see: evenkeel status',
    ]);
    const alone = node('pi1', { services: ['shop', 'mail'], healthy: ['shop', 'mail'] });
    expect(nodeRefusals('drain', 'pi1', site([alone, node('pi2'), node('pi3')]))).toEqual([
      'mail would be healthy nowhere: its requests would be lost. No other node runs mail: let another one (its labels, or nodes of the service), and run pulumi up.',
    ]);
  });

  it('when the others could not do what there is to do, by its limit and theirs', () => {
    const nodes = (pi2 = node('pi2')) => [node('pi1'), pi2, node('pi3')];
    const with17 = (all: NodeSituation[], requests = 17) =>
      nodeRefusals('drain', 'pi1', { ...site(all), demand: [{ service: 'shop', requests, each: 8 }] });
    expect(with17(nodes())).toEqual([
      'shop has 17 requests at one edge just now, and without it the others take 16 at the same time (pi2: 8, pi3: 8; limits.maxConnections): ' +
        'some would wait or be turned away. Do it at a quieter time, or run the service on another machine first.',
    ]);
    expect(with17(nodes(), 16)).toEqual([]);
    expect(with17(nodes(node('pi2', { healthy: [] })), 9).join('\n')).toContain('(pi3: 8; ');
    expect(with17([node('pi1', { healthy: [] }), node('pi2'), node('pi3')])).toEqual([]);
  });

  it('as the only machine of its site', () => {
    for (const step of steps)
      expect(nodeRefusals(step, 'pi1', site([node('pi1')], 1))).toEqual([
        'it is the whole site: while it is out, nobody is served here, and no other manager is there to see to it. Where other ' +
          'sites serve the same names, drain, reboot and update take it out of DNS first, once evenkeel:pool names its edge and ' +
          'theirs (without a pool, take its address out of DNS by hand, and work over SSH); see docs/sites.md. Or give the site ' +
          'two more machines.',
      ]);
  });

  it('that is not in the config', () => {
    expect(() => nodeRefusals('drain', 'pi9', site([node('pi1')]))).toThrow('no node pi9 in the config');
  });
});

/** Every site of three, and of five of which two are well: each machine in each condition, each machine to go, each step. */
describe('whatever the condition of each machine', () => {
  const names = Object.keys(conditions);
  const threes = names.flatMap((a) => names.flatMap((b) => names.map((c) => [a, b, c])));
  const cases = [...threes, ...threes.map((three) => [...three, 'well', 'well'])].flatMap((is) =>
    steps.map((step) => {
      const all = site(is.map((condition, index) => node(`pi${index + 1}`, conditions[condition])));
      return { is, step, all, refusals: nodeRefusals(step, 'pi1', all) };
    }),
  );
  const works = ({ all }: (typeof cases)[number]) => {
    const [first] = all.nodes;
    return first!.state === 'ready' && first!.availability === 'active';
  };
  const others = ({ all }: (typeof cases)[number]) => all.nodes.slice(1);

  it('a machine that works goes exactly when the others hide its absence', () => {
    for (const each of cases.filter(works)) {
      const left = others(each).filter((other) => other.state === 'ready').length;
      const total = each.all.managers.length - (each.step === 'remove' || each.step === 'replace' ? 1 : 0);
      const hidden =
        others(each).every((other) => whyOut(other) === undefined) &&
        others(each).some((other) => other.healthy.includes('shop')) &&
        left > total / 2;
      expect([each.is, each.step, each.refusals.length === 0]).toEqual([each.is, each.step, hidden]);
    }
  });

  it('one on which nothing runs any more is refused for the quorum alone', () => {
    for (const each of cases.filter((one) => !works(one)))
      for (const refusal of each.refusals) expect(refusal).toMatch(/quorum/);
  });

  it('nobody goes for good without the majority that votes him out', () => {
    for (const each of cases.filter(({ step }) => step === 'remove' || step === 'replace')) {
      const left = others(each).filter((other) => other.state === 'ready').length;
      if (each.refusals.length === 0) expect(left).toBeGreaterThan((each.all.managers.length - 1) / 2);
    }
  });

  it('each refusal says what to do', () => {
    for (const { refusals } of cases)
      for (const refusal of refusals) expect(refusal).toMatch(/first|Wait|evenkeel|pulumi up|Have three/);
  });
});
