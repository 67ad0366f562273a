import fc from 'fast-check';
import { Refusal } from '../release/refusal';
import { planRecovery, type RecoveryInput } from './recovery-plan';
import type { SwarmView } from './swarm-view';

const names = ['pi1', 'pi2', 'pi3', 'pi4', 'pi5'];
const site = (count: number, managers = count) =>
  names.slice(0, count).map((name, index): RecoveryInput['nodes'][number] => ({
    name,
    roles: index < managers ? ['manager', 'worker', 'edge'] : ['worker', 'edge'],
    maintenance: false,
  }));

const known = (count: number) => names.slice(0, count).map((name) => `${name}:2377`);
const survivor = (name: string, count = 3): SwarmView => ({
  name,
  state: 'active',
  manager: true,
  clusterId: '',
  managers: known(count),
});
const worker = (name: string): SwarmView => ({
  name,
  state: 'active',
  manager: false,
  clusterId: '',
  managers: [],
});
const dead = (name: string): SwarmView => ({
  name,
  unreachable: `${name} can't be reached over SSH: no answer`,
});
const wiped = (name: string): SwarmView => ({
  name,
  state: 'inactive',
  manager: false,
  clusterId: '',
  managers: [],
});
const dockerless = (name: string): SwarmView => ({ name, dockerSilent: `${name}: connect failed` });

const plan = (input: Partial<RecoveryInput> & Pick<RecoveryInput, 'views'>) =>
  planRecovery({ nodes: site(input.views.length), positions: {}, ...input });

describe('the plan of a recovery', () => {
  it('goes on from the one manager that is left, and says what becomes of the others', () => {
    const views = [dead('pi1'), survivor('pi2'), wiped('pi3'), worker('pi4'), dead('pi5')];
    expect(plan({ nodes: site(5, 3), views })).toEqual({
      survivor: 'pi2',
      following: ['pi4'],
      joining: ['pi3'],
      lost: {
        pi1: "pi1 can't be reached over SSH: no answer",
        pi5: "pi5 can't be reached over SSH: no answer",
      },
    });
  });

  it('goes on from one that was booted since, which is pending until it sees a leader', () => {
    const booted = (view: SwarmView): SwarmView => ({ ...view, state: 'pending' });
    const views = [dead('pi1'), booted(survivor('pi2')), dead('pi3'), booted(worker('pi4'))];
    expect(plan({ nodes: site(4, 3), views })).toMatchObject({ survivor: 'pi2', following: ['pi4'] });
  });

  it('takes the manager with the newest log of Raft: the term counts first, then the index', () => {
    const views = [survivor('pi1', 5), survivor('pi2', 5), dead('pi3'), dead('pi4'), dead('pi5')];
    const from = (pi1: [number, number], pi2: [number, number]) =>
      plan({
        views,
        positions: { pi1: { term: pi1[0], index: pi1[1] }, pi2: { term: pi2[0], index: pi2[1] } },
      }).survivor;
    expect(from([5, 60], [5, 61])).toBe('pi2');
    expect(from([6, 60], [5, 61])).toBe('pi1');
    expect(from([5, 60], [5, 60])).toBe('pi1');
    expect(() => plan({ views, positions: { pi1: { term: 5, index: 60 } } })).toThrow(
      /pi1 and pi2 have the Swarm's state, and which is the newest can't be told: Docker's log on pi2 does not say.*--from pi1/,
    );
    expect(plan({ views, from: 'pi2' }).survivor).toBe('pi2');
  });

  it.each<[string, RecoveryInput['views'], Partial<RecoveryInput>, RegExp]>([
    [
      'more than half of the managers wait for a leader',
      [survivor('pi1'), survivor('pi2'), dead('pi3')],
      {},
      /2 of 3 managers can be reached, which is more than half/,
    ],
    [
      'a Docker that does not run would make it more than half',
      [survivor('pi1'), dockerless('pi2'), dead('pi3')],
      {},
      /pi2: its Docker does not work \(pi2: connect failed\)\. On it, run: systemctl restart docker/,
    ],
    [
      'a locked Swarm would make it more than half',
      [survivor('pi1'), { ...survivor('pi2'), state: 'locked', manager: false }, dead('pi3')],
      {},
      /pi2: its Swarm is locked\. On it, run: docker swarm unlock/,
    ],
    [
      'a machine that does not let us in runs',
      [survivor('pi1'), dead('pi2'), { ...dead('pi3'), alive: 'pi1 reaches its Swarm port' }],
      {},
      /pi3 can't be reached over SSH, but not because of being off:\n.*but pi1 reaches its Swarm port/,
    ],
    ['nobody has its state', [wiped('pi1'), wiped('pi2'), dead('pi3')], {}, /nothing to recover it from/],
    [
      'the manager that is left is in maintenance',
      [survivor('pi1'), dead('pi2'), dead('pi3')],
      { nodes: site(3).map((node) => ({ ...node, maintenance: node.name === 'pi1' })) },
      /Only pi1 has the Swarm's state, and is in maintenance/,
    ],
    [
      '--from names one that has not the state',
      [survivor('pi1'), wiped('pi2'), dead('pi3')],
      { from: 'pi2' },
      /--from can be pi1/,
    ],
  ])('is refused when %s', (_, views, more, words) => {
    expect(() => plan({ views, ...more })).toThrow(words);
    expect(() => plan({ views, ...more })).toThrow(Refusal);
    expect(() => plan({ views, ...more })).toThrow(/Nothing was\s+touched/);
  });

  it('counts the managers that the Swarm knows, where the config has fewer by now', () => {
    // Three of five are needed: two that wait are no quorum, though they are more than half of the config's three.
    const views = [survivor('pi1', 5), survivor('pi2', 5), dead('pi3')];
    const positions = { pi1: { term: 2, index: 2 }, pi2: { term: 2, index: 1 } };
    expect(plan({ views, positions }).survivor).toBe('pi1');
  });

  it('never makes a second Swarm where the managers that can be reached are more than half, and names each machine once', () => {
    const any = (name: string) =>
      fc.constantFrom(survivor(name, 5), dockerless(name), wiped(name), dead(name), worker(name));
    fc.assert(
      fc.property(fc.tuple(...names.map(any)), (views) => {
        const mayReturn = views.filter((view) => view.manager || view.dockerSilent).length;
        const positions = Object.fromEntries(names.map((name) => [name, { term: 1, index: 1 }]));
        try {
          const made = plan({ views, positions });
          expect(mayReturn).toBeLessThanOrEqual(2);
          expect(
            [made.survivor, ...made.following, ...made.joining, ...Object.keys(made.lost)].sort(),
          ).toEqual(names);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          expect(mayReturn > 2 || views.every((view) => !view.manager)).toBe(true);
        }
      }),
    );
  });
});
