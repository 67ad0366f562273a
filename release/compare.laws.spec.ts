import * as fc from 'fast-check';
import type { SlotName } from '../config/site-config';
import { deepFreeze } from '../test/deep-freeze';
import { arbitraryNearPointer } from '../test/pointers';
import { compare, newestPointer, type RunningRelease } from './compare';
import { formatPointer, otherSlot, slotNames, type Pointer } from './pointer';

describe('compare, whatever is wanted and whatever runs', () => {
  const arbitraryRollout = fc.constantFrom(
    ...[
      undefined,
      '',
      'completed',
      'rollback_completed',
      'updating',
      'paused',
      'rollback_started',
      'rollback_paused',
    ],
  );
  const arbitrarySite: fc.Arbitrary<RunningRelease> = fc.record({
    label: fc.option(arbitraryNearPointer, { nil: undefined }),
    edges: fc.array(arbitraryNearPointer, { maxLength: 3 }),
    rollout: arbitraryRollout,
    templateChanges: fc.boolean(),
  });
  const knownOf = ({ label, edges }: RunningRelease) => [...(label ? [label] : []), ...edges];
  const newestOf = (runs: RunningRelease) =>
    Math.max(0, ...knownOf(runs).map(({ generation }) => generation));

  it('never refuses what the label says, whatever the edges and their rollout do, unless an edge is newer', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitrarySite, (label, runs) => {
        fc.pre(newestOf(runs) <= label.generation);
        expect(compare(structuredClone(label), { ...runs, label }).refusals).toEqual([]);
      }),
    );
  });

  it('always refuses a generation older than the newest one known', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitrarySite, (wanted, runs) => {
        const newest = newestOf(runs);
        fc.pre(wanted.generation < newest);
        expect(compare(wanted, runs).refusals[0]).toMatch(
          `generation is ${wanted.generation}, but the site runs generation ${newest}: this config is older`,
        );
      }),
    );
  });

  it('never accepts two contents for one generation', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitraryNearPointer, (wanted, label) => {
        const same = { ...wanted, generation: label.generation };
        const { refusals } = compare(same, { label, edges: [], templateChanges: false });
        expect(refusals.length > 0).toBe(formatPointer(same) !== formatPointer(label));
      }),
    );
  });

  it('never lets a new generation change or take away what the newest pointer has in its live slots', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitraryNearPointer, (wanted, label) => {
        const changed = Object.entries(label.services).some(([name, { live, digests }]) => {
          const wants = wanted.services[name];
          return wants !== undefined && wants.digests[live] !== digests[live];
        });
        fc.pre(changed);
        expect(compare(wanted, { label, edges: [], templateChanges: false }).refusals).not.toEqual([]);
      }),
    );
  });

  it('never lets a new generation change what is in a slot that the label or any edge sends clients to', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitrarySite, (wanted, runs) => {
        const newest = newestPointer(knownOf(runs))?.services;
        // An edge that was cut off may serve from the slot what it had long ago: the slot itself does not change.
        const stays = (name: string, slot: SlotName, wants: string) =>
          newest?.[name]?.live === slot && newest[name].digests[slot] === wants;
        const changed = knownOf(runs).some(({ services }) =>
          Object.entries(services).some(([name, { live, canary, digests }]) => {
            const serves = canary > 0 ? slotNames : [live];
            return serves.some((slot) => {
              const wants = wanted.services[name]?.digests[slot];
              return wants && wants !== digests[slot] && !stays(name, slot, wants);
            });
          }),
        );
        fc.pre(changed && wanted.generation > newestOf(runs));
        expect(compare(wanted, runs).refusals).not.toEqual([]);
      }),
    );
  });

  it('never lets a new generation go back to something else than what was live before', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitraryNearPointer, (wanted, label) => {
        const other = Object.entries(wanted.services).some(([name, { live, previous }]) => {
          const runs = label.services[name];
          const before = runs?.live === live ? runs.previous : runs?.digests[runs.live];
          return runs && previous && previous !== before;
        });
        fc.pre(other && wanted.generation > label.generation);
        expect(compare(wanted, { label, edges: [], templateChanges: false }).refusals).not.toEqual([]);
      }),
    );
  });

  it('never lets the pointer change together with the template, or under a rollout that is not complete', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitraryNearPointer, arbitrarySite, (wanted, label, runs) => {
        const restarts =
          runs.templateChanges || !/^(|completed|rollback_completed)$/.test(runs.rollout ?? '');
        fc.pre(restarts && formatPointer(wanted) !== formatPointer(label));
        expect(compare(wanted, { ...runs, label }).refusals).not.toEqual([]);
      }),
    );
  });

  it('accepts the switch to the other slot from wherever the site is, and back again', () => {
    const pair = arbitraryNearPointer.filter(({ services }) =>
      Object.values(services).every(({ digests }) => digests.blue && digests.green),
    );
    fc.assert(
      fc.property(pair, (label) => {
        const switched = (from: Pointer): Pointer => ({
          generation: from.generation + 1,
          services: Object.fromEntries(
            Object.entries(from.services).map(([name, each]) => [
              name,
              { ...each, live: otherSlot(each.live), previous: each.digests[each.live] },
            ]),
          ),
        });
        const there = switched(label);
        const runs = (now: Pointer): RunningRelease => ({
          label: now,
          edges: [now],
          templateChanges: false,
        });
        expect(compare(there, runs(label)).refusals).toEqual([]);
        expect(compare(switched(there), runs(there)).refusals).toEqual([]);
      }),
    );
  });

  it('freezes, for each service that the config has, just the slots that the label or any edge sends clients to (the idle one too while a canary has a share)', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitrarySite, (wanted, runs) => {
        const { frozen } = compare(wanted, runs);
        expect(Object.keys(frozen).sort()).toEqual(Object.keys(wanted.services).sort());
        for (const [name, slots] of Object.entries(frozen)) {
          const isLive = (slot: SlotName) =>
            knownOf(runs).some(
              ({ services }) => services[name] && (services[name].live === slot || services[name].canary > 0),
            );
          const isNew = knownOf(runs).every(({ services }) => !services[name]);
          expect(slots.length).toBeGreaterThan(0);
          expect(slots.includes('blue')).toBe(
            isNew ? wanted.services[name]!.live === 'blue' : isLive('blue'),
          );
          expect(slots.includes('green')).toBe(
            isNew ? wanted.services[name]!.live === 'green' : isLive('green'),
          );
        }
      }),
    );
  });

  it('changes neither of the two that it compares', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitrarySite, (wanted, runs) => {
        expect(() => compare(deepFreeze(wanted), deepFreeze(runs))).not.toThrow();
      }),
    );
  });

  it('comes to the same result whatever the order of the edges', () => {
    fc.assert(
      fc.property(arbitraryNearPointer, arbitrarySite, (wanted, runs) => {
        // Two edges with one generation and different contents have no order: what they say is a contradiction.
        const texts = new Set(knownOf(runs).map(formatPointer));
        fc.pre(new Set(knownOf(runs).map(({ generation }) => generation)).size === texts.size);
        expect(compare(wanted, { ...runs, edges: [...runs.edges].reverse() })).toEqual(compare(wanted, runs));
      }),
    );
  });
});
