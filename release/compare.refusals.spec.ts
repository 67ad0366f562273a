import { deepFreeze } from '../test/deep-freeze';
import { digestOf } from '../test/pointers';
import { compare, type RunningRelease } from './compare';
import type { Pointer, ServicePointer } from './pointer';

/** A site after a switch from blue to green. */
const running: Pointer = deepFreeze({
  generation: 7,
  services: {
    shop: {
      live: 'green',
      canary: 0,
      digests: { blue: digestOf('a'), green: digestOf('b') },
      previous: digestOf('a'),
    },
  },
});

function pointer(generation: number, shop: Partial<ServicePointer> = {}): Pointer {
  return { generation, services: { shop: { ...running.services['shop']!, ...shop } } };
}

/** The site before that switch. */
const before = pointer(6, { live: 'blue', previous: undefined });
const withCanary = pointer(7, { live: 'blue', previous: undefined, canary: 5 });

function site(label: Pointer, ...edges: Pointer[]): RunningRelease {
  return { label, edges, templateChanges: false };
}

const blue = { blue: digestOf('c'), green: digestOf('b') };
const green = { blue: digestOf('a'), green: digestOf('c') };

const serves = (slot: string, runs: string, generation: number) =>
  `evenkeel:release.services.shop.${slot}.digest is ${digestOf('c')}, but the label or an edge still has generation ` +
  `${generation}, which sends clients to ${slot} of shop (${runs}): a slot that serves can't be changed. Put that ` +
  `digest and its version back, run pulumi up, so that all edges follow, and then change the slot.`;

const otherPrevious = (slot: string, wants: string, was: string) =>
  `evenkeel:release.services.shop.previous is ${wants}, but what was live before ${slot} is ${was}: this config is not ` +
  `made from what runs (an old checkout, or a switch by hand). Take the newest config (git pull); after a switch by hand, ` +
  `leave previous out.`;

describe('compare, while nodes change their slot', () => {
  const rolling = { to: 'blue', idle: digestOf('c') } as const;
  const label = pointer(7, { rolling });
  const refusals = (wanted: Pointer) => compare(wanted, site(label, running)).refusals;

  it('takes the config that they go on with, and the one that they go back with', () => {
    expect(refusals(pointer(8, { live: 'blue', digests: blue, previous: digestOf('b') }))).toEqual([]);
    expect(refusals(running)).toEqual([]);
  });

  it('freezes both slots, and refuses another version in the one that was idle', () => {
    expect(compare(running, site(label, running)).frozen).toEqual({ shop: ['blue', 'green'] });
    const other = refusals(pointer(8, { digests: { ...blue, blue: digestOf('d') } }));
    expect(other).toEqual([
      expect.stringContaining(`which sends clients to blue of shop (${digestOf('c')})`),
    ]);
  });
});

describe('compare, when somebody else is not where the config is', () => {
  it.each<[string, Pointer, RunningRelease, string[]]>([
    [
      'a candidate for a slot that an edge still calls live',
      pointer(8, { digests: blue }),
      site(running, running, before),
      [serves('blue', digestOf('a'), 6)],
    ],
    [
      'a candidate for a slot that the label still calls live, since a rollback could not write it',
      pointer(18, { live: 'blue', previous: undefined, digests: green }),
      site(running, pointer(17, { live: 'blue', previous: undefined })),
      [serves('green', digestOf('b'), 7)],
    ],
    [
      'the same with a switch to it',
      pointer(19, { live: 'green', digests: green }),
      site(running, pointer(17, { live: 'blue', previous: undefined })),
      [serves('green', digestOf('b'), 7)],
    ],
    [
      'another candidate before its clients have been taken back',
      pointer(9, { live: 'blue', previous: undefined, digests: green }),
      site(withCanary, withCanary),
      [serves('green', digestOf('b'), 7)],
    ],
    [
      'a switch from something else than what is live',
      pointer(8, { live: 'blue', previous: digestOf('a') }),
      site(running),
      [otherPrevious('blue', digestOf('a'), digestOf('b'))],
    ],
    [
      'another way back than the one that there is',
      pointer(8, { previous: digestOf('c') }),
      site(running),
      [otherPrevious('green', digestOf('c'), digestOf('a'))],
    ],
    [
      'a way back after a rollback took it',
      pointer(18, { live: 'blue', previous: digestOf('b') }),
      site(pointer(17, { live: 'blue', previous: undefined })),
      [otherPrevious('blue', digestOf('b'), 'not known')],
    ],
  ])('refuses %s', (_, wanted, runs, refusals) => {
    expect(compare(wanted, runs).refusals).toEqual(refusals);
  });

  it.each<[string, Pointer, RunningRelease]>([
    ['what runs, so that the last edge follows', running, site(running, running, before)],
    [
      'a switch that leaves the slots alone',
      pointer(8, { live: 'blue', previous: digestOf('b') }),
      site(running, running, before),
    ],
    ['a candidate when all have followed', pointer(8, { digests: blue }), site(running, running)],
    [
      'a candidate with no more clients',
      pointer(9, { live: 'blue', previous: undefined, digests: green }),
      site(pointer(8, { live: 'blue', previous: undefined })),
    ],
    [
      'a switch by hand, without a way back',
      pointer(8, { live: 'blue', previous: undefined }),
      site(running),
    ],
    [
      'a service that is new, with a way back of its own',
      { generation: 8, services: { ...running.services, blog: running.services['shop']! } },
      site(running),
    ],
  ])('accepts %s', (_, wanted, runs) => {
    expect(compare(wanted, runs).refusals).toEqual([]);
  });
});
