import * as fc from 'fast-check';
import type { SlotName } from '../config/site-config';
import { deepFreeze } from '../test/deep-freeze';
import { arbitraryNearPointer, digestOf } from '../test/pointers';
import { compare, differences, type RunningRelease } from './compare';
import { formatPointer, otherSlot, type Pointer, type ServicePointer } from './pointer';

/** What runs in most of the cases: blue is live, green has the candidate. */
const running: Pointer = deepFreeze({
  generation: 7,
  services: { shop: { live: 'blue', canary: 0, digests: { blue: digestOf('a'), green: digestOf('b') } } },
});

/** `running` with another generation, and with changes to what it says of the service shop. */
function next(generation: number, shop: Partial<ServicePointer> = {}): Pointer {
  return { generation, services: { shop: { ...running.services['shop']!, ...shop } } };
}

/** A site whose label and edges agree, with nothing else going on. */
function site(changes: Partial<RunningRelease> = {}): RunningRelease {
  return {
    label: running,
    edges: [running, running],
    rollout: 'completed',
    templateChanges: false,
    ...changes,
  };
}

const older = (wants: number, runs: number) =>
  `evenkeel:release.generation is ${wants}, but the site runs generation ${runs}: this config is older than what ` +
  `runs (an old checkout, or a revert). Nothing was touched. Take the newest config (git pull); to go back to an ` +
  `older version on purpose, put it into the config under generation ${runs + 1}.`;

const templateAndPointer =
  'This would restart the edges (a change of evenkeel:edge) and change the pointer (evenkeel:release) in one go. ' +
  'A rollout of the edges that fails would take the pointer back with it. Do one after the other: take the change ' +
  'of evenkeel:release out, run pulumi up, put it back, run pulumi up.';

const rolloutIs = (state: string) =>
  `The rollout of the edges is not complete (Swarm says "${state}"), and a pointer must not change under it. See ` +
  'why with: docker service ps evenkeel-edge --no-trunc. Then finish it with evenkeel:release as it was: correct ' +
  'evenkeel:edge and run pulumi up.';

const liveDigest = (slot: SlotName, wants: string, runs: string) =>
  `evenkeel:release.services.shop.${slot}.digest is ${wants}, but ${slot} is the live slot of shop and runs ` +
  `${runs}: a live slot can't be changed. Put the new version into ${otherSlot(slot)}, the idle slot, and then ` +
  `switch evenkeel:release.services.shop.live to ${otherSlot(slot)}.`;

describe('compare', () => {
  it.each<[string, Pointer, RunningRelease]>([
    ['a first deploy', next(1), { edges: [], templateChanges: false }],
    ['a first deploy, whatever its generation', next(9), { edges: [], templateChanges: true }],
    ['what runs', running, site()],
    ['what runs while the edges restart', running, site({ templateChanges: true, rollout: 'updating' })],
    ['what runs after a rollout that was paused', running, site({ rollout: 'paused' })],
    ['a switch', next(8, { live: 'green' }), site()],
    ['a switch that skips generations', next(12, { live: 'green' }), site()],
    ['a switch of edges that had no rollout yet', next(8, { live: 'green' }), site({ rollout: undefined })],
    [
      'a switch after a rollout was taken back',
      next(8, { live: 'green' }),
      site({ rollout: 'rollback_completed' }),
    ],
    ['a new candidate', next(8, { digests: { blue: digestOf('a'), green: digestOf('c') } }), site()],
    ['a canary share', next(8, { canary: 5 }), site()],
    [
      'a new service',
      { generation: 8, services: { ...running.services, blog: running.services['shop']! } },
      site(),
    ],
    ['a service that is taken away', { generation: 8, services: {} }, site()],
    [
      'what the newest edge has, though the label is older',
      next(8, { live: 'green' }),
      site({ edges: [next(8, { live: 'green' })] }),
    ],
  ])('accepts %s', (_, wanted, runs) => {
    expect(compare(wanted, runs).refusals).toEqual([]);
  });

  it.each<[string, Pointer, RunningRelease, string[]]>([
    ['a generation older than the label', next(6), site(), [older(6, 7)]],
    [
      'a generation older than an edge, though the label was rolled back by hand',
      running,
      site({ edges: [running, next(9)] }),
      [older(7, 9)],
    ],
    [
      'an older generation where only edges are known',
      next(6),
      { edges: [running], templateChanges: false },
      [older(6, 7)],
    ],
    [
      'an older generation, and says only that when the live slot differs too',
      next(6, { digests: { blue: digestOf('c') } }),
      site(),
      [older(6, 7)],
    ],
    [
      'the same generation with another content',
      next(7, { live: 'green', canary: 5, digests: { green: digestOf('b') } }),
      site(),
      [
        'evenkeel:release.generation is 7, and the site runs that generation with another content ' +
          `(shop.blue: ${digestOf('a')} -> none, shop.canary: 0 -> 5, shop.live: blue -> green). Each change of a ` +
          'release needs a generation of its own: set evenkeel:release.generation to 8.',
      ],
    ],
    [
      'another image in the live slot',
      next(8, { digests: { blue: digestOf('c'), green: digestOf('b') } }),
      site(),
      [liveDigest('blue', digestOf('c'), digestOf('a'))],
    ],
    [
      'another image in the live slot, even when the config calls the other slot live',
      next(8, { live: 'green', digests: { blue: digestOf('c'), green: digestOf('b') } }),
      site(),
      [liveDigest('blue', digestOf('c'), digestOf('a'))],
    ],
    [
      'a live slot without release',
      next(8, { live: 'green', digests: { green: digestOf('b') } }),
      site(),
      [liveDigest('blue', 'not set', digestOf('a'))],
    ],
    [
      'an idle slot that loses its release',
      next(8, { digests: { blue: digestOf('a') } }),
      site(),
      [
        `evenkeel:release.services.shop.green is not set, but the slot runs ${digestOf('b')}: a slot is never ` +
          'deleted in a release, since a rollback needs it. Put back its version and digest.',
      ],
    ],
    [
      'template and pointer in one',
      next(8, { live: 'green' }),
      site({ templateChanges: true }),
      [templateAndPointer],
    ],
    [
      'a pointer during a rollout',
      next(8, { live: 'green' }),
      site({ rollout: 'updating' }),
      [rolloutIs('updating')],
    ],
    ['a pointer after a rollout that paused', next(8), site({ rollout: 'paused' }), [rolloutIs('paused')]],
    [
      'a pointer while a rollout is taken back',
      next(8),
      site({ rollout: 'rollback_started' }),
      [rolloutIs('rollback_started')],
    ],
    [
      'a pointer after a rollout that could not be taken back',
      next(8),
      site({ rollout: 'rollback_paused' }),
      [rolloutIs('rollback_paused')],
    ],
    [
      'all that is wrong at once',
      next(8, { digests: { blue: digestOf('c') } }),
      site({ templateChanges: true, rollout: 'paused' }),
      [
        liveDigest('blue', digestOf('c'), digestOf('a')),
        `evenkeel:release.services.shop.green is not set, but the slot runs ${digestOf('b')}: a slot is never ` +
          'deleted in a release, since a rollback needs it. Put back its version and digest.',
        templateAndPointer,
        rolloutIs('paused'),
      ],
    ],
  ])('refuses %s', (_, wanted, runs, refusals) => {
    expect(compare(wanted, runs).refusals).toEqual(refusals);
  });

  it.each<[string, Pointer, RunningRelease, SlotName[]]>([
    ['the slot that the label calls live', running, site(), ['blue']],
    [
      'the same during a switch: what the config calls live does not count',
      next(8, { live: 'green' }),
      site(),
      ['blue'],
    ],
    [
      'both, when an edge is behind the label',
      next(9, { live: 'green' }),
      site({ label: next(8, { live: 'green' }), edges: [next(8, { live: 'green' }), running] }),
      ['blue', 'green'],
    ],
    [
      'both, when the label is behind an edge',
      next(9, { live: 'blue' }),
      site({ edges: [next(8, { live: 'green' })] }),
      ['blue', 'green'],
    ],
    [
      'what the config calls live, before the first deploy',
      next(1, { live: 'green' }),
      { edges: [], templateChanges: false },
      ['green'],
    ],
    [
      'what the config calls live, for a service that is new',
      { generation: 8, services: { shop: next(8, { live: 'green' }).services['shop']! } },
      site({ label: { generation: 7, services: {} }, edges: [] }),
      ['green'],
    ],
  ])('freezes %s', (_, wanted, runs, slots) => {
    expect(compare(wanted, runs).frozen).toEqual({ shop: slots });
  });
});

describe('differences', () => {
  it('names each line that differs, sorted, and "none" where there is none', () => {
    const to = {
      generation: 8,
      services: {
        blog: { live: 'blue' as const, canary: 0, digests: { blue: digestOf('c') } },
        shop: { live: 'green' as const, canary: 0, digests: { green: digestOf('b') } },
      },
    };
    expect(differences(running, to)).toEqual([
      `blog.blue: none -> ${digestOf('c')}`,
      'blog.canary: none -> 0',
      'blog.live: none -> blue',
      'generation: 7 -> 8',
      `shop.blue: ${digestOf('a')} -> none`,
      'shop.live: blue -> green',
    ]);
  });

  it('finds none between a pointer and its copy, and as many the other way round', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitraryNearPointer, (one, other) => {
        expect(differences(one, structuredClone(one))).toEqual([]);
        expect(differences(one, other)).toHaveLength(differences(other, one).length);
        expect(differences(one, other).length === 0).toBe(formatPointer(one) === formatPointer(other));
      }),
    );
  });
});
