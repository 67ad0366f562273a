import type { Pointer } from '../release/pointer';
import { Refusal } from '../release/refusal';
import { outdated, planRestore, type RestoreInput } from './restore-plan';
import type { SwarmView } from './swarm-view';

const nodes: RestoreInput['nodes'] = ['pi1', 'pi2', 'pi3', 'pi4'].map((name) => ({
  name,
  roles: name === 'pi4' ? ['worker', 'edge'] : ['manager', 'worker', 'edge'],
  maintenance: false,
}));
const blank = (name: string): SwarmView => ({ name, state: 'inactive', manager: false, clusterId: '' });
const dead = (name: string): SwarmView => ({
  name,
  unreachable: `${name} can't be reached over SSH: no answer`,
});
const member = (name: string, state: string, manager: boolean): SwarmView => ({
  name,
  state,
  manager,
  clusterId: '',
});

describe('the plan to put a backup back', () => {
  it('goes on from the manager that it is of; workers of the former Swarm follow, blank machines join', () => {
    const views = [blank('pi1'), blank('pi2'), dead('pi3'), member('pi4', 'active', false)];
    expect(planRestore({ nodes, views, from: 'pi2' })).toEqual({
      survivor: 'pi2',
      following: ['pi4'],
      joining: ['pi1'],
      lost: { pi3: "pi3 can't be reached over SSH: no answer" },
    });
  });

  it.each<[string, SwarmView[], string, RegExp]>([
    [
      'a manager still has the state, be it just booted',
      [blank('pi1'), blank('pi2'), member('pi3', 'pending', true)],
      'pi2',
      /pi3 still has the Swarm's state.*evenkeel recover$/,
    ],
    [
      'a Docker that does not run may have it',
      [blank('pi1'), blank('pi2'), { name: 'pi3', dockerSilent: 'pi3: connect failed' }],
      'pi2',
      /pi3 may have the Swarm's state/,
    ],
    [
      'a locked manager has it',
      [blank('pi1'), blank('pi2'), member('pi3', 'locked', false)],
      'pi2',
      /its Swarm is locked/,
    ],
    [
      'a machine runs that does not let us in',
      [blank('pi1'), blank('pi2'), { ...dead('pi3'), alive: 'pi1 reaches its Swarm port' }],
      'pi2',
      /pi1 reaches its Swarm port/,
    ],
    ['its machine is dead', [blank('pi1'), dead('pi2'), dead('pi3')], 'pi2', /of pi2.*no answer/],
    ['its machine is no more', [blank('pi1')], 'pi9', /the config has no such node/],
    ['its machine is no manager', [blank('pi4')], 'pi4', /no manager in the config/],
    [
      'its machine is in another Swarm',
      [blank('pi1'), member('pi2', 'active', false)],
      'pi2',
      /docker swarm leave --force/,
    ],
  ])('is refused when %s', (_, views, from, words) => {
    expect(() => planRestore({ nodes, views, from })).toThrow(words);
    expect(() => planRestore({ nodes, views, from })).toThrow(Refusal);
    expect(() => planRestore({ nodes, views, from })).toThrow(/Nothing was\s+touched/);
  });
});

describe('a backup that is older than what is live', () => {
  const pointer = (live: 'blue' | 'green', blue: string, green?: string): Pointer => ({
    generation: 1,
    services: { shop: { live, canary: 0, digests: { blue, ...(green && { green }) } } },
  });

  it('is told by the image of the slot that is live now', () => {
    expect(outdated(pointer('blue', 'a', 'b'), pointer('green', 'c', 'b'))).toEqual([]);
    expect(outdated(pointer('blue', 'a', 'b'), pointer('blue', 'c', 'b'))).toEqual([
      'shop: blue is live with c, and is a in the backup',
    ]);
    expect(outdated(pointer('blue', 'a'), pointer('green', 'a', 'b'))).toEqual([
      'shop: green is live with b, and is empty in the backup',
    ]);
  });

  it('is told by a service that it has not', () => {
    expect(outdated({ generation: 1, services: {} }, pointer('blue', 'a'))).toEqual([
      'shop: blue is live with a, and is empty in the backup',
    ]);
  });
});
