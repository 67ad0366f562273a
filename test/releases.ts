import * as fc from 'fast-check';
import type { Release } from '../config/site-config';
import type { Author } from '../release/transitions';
import { digestOf } from './pointers';

/** Who does everything in the specs of the release state machine. */
export const author: Author = { at: '2026-11-21T13:00Z', by: 'eva@desk' };

/** A version with an image of its own: the hex digit says which. */
export function release(version: string, hexDigit: string, tag?: string): Release {
  return { version, digest: digestOf(hexDigit), ...(tag !== undefined && { tag }) };
}

/** What a command of the CLI asks of the state machine. */
export type Act =
  | {
      did: 'prerelease';
      /** `above` all versions of the service, the one that was asked for last (`again`), or this one. */
      version: string;
      /** An image that was never seen before (`new`), or this one. */
      digest: string;
      force: boolean;
    }
  | { did: 'switch' | 'release' | 'release --switch' | 'redeploy' | 'abort' | 'hold' | 'unhold' }
  | { did: 'canary'; percent: number }
  | { did: 'maintenance'; on: boolean };

/** What goes wrong with an `up`, and what others do while it runs. */
export interface UpFaults {
  /** After so many of its steps it dies; undefined: it doesn't. */
  diesAfter?: number;
  /** The CLI dies with it, so nobody restores the stack file. */
  cliDies: boolean;
  /** The gate finds the candidates bad. */
  gateRefuses: boolean;
  /** Happens at the first, second, … moment at which others may come between. */
  meanwhile?: { after: number; deed: RollbackDeed | EdgeDeed };
}

/** A rollback, which goes to the edges past Pulumi and its lock. */
export interface RollbackDeed {
  kind: 'rollback';
  checkout: number;
  service: string;
  /** The Swarm does not take the label. */
  labelFails: boolean;
  /** The CLI dies before it has written the stack file. */
  cliDies: boolean;
}

/** What happens to an edge: nobody but the public reaches it, it is reached again, or it is made anew by Swarm. */
export interface EdgeDeed {
  kind: 'edge';
  edge: number;
  becomes: 'unreachable' | 'reachable' | 'reborn';
}

/** One thing that happens in the life of a site. */
export type Deed =
  | { kind: 'command'; checkout: number; service: string; act: Act; faults: UpFaults }
  | RollbackDeed
  | EdgeDeed
  /** `pulumi up` again. */
  | { kind: 'up'; checkout: number; faults: UpFaults }
  /** `git pull` of what the other checkout has. */
  | { kind: 'pull'; checkout: number };

/** How many checkouts of the config there are, and how many edges. */
export const checkoutCount = 2;
export const edgeCount = 3;

/** True in one of so many cases. */
const oneIn = (count: number) => fc.nat({ max: count - 1 }).map((drawn) => drawn === count - 1);

/** There in one of so many cases. */
const thereOneIn = <T>(count: number, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: count - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const arbitraryService = fc.constantFrom('shop', 'shop', 'shop', 'blog');

// Mostly the first one, so that the other one grows old.
const arbitraryCheckout = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(1) },
);

const arbitraryPrerelease: fc.Arbitrary<Act> = fc.record({
  did: fc.constant('prerelease' as const),
  version: fc.oneof(
    { weight: 6, arbitrary: fc.constant('above' as const) },
    { weight: 2, arbitrary: fc.constant('again' as const) },
    { weight: 1, arbitrary: fc.constantFrom('1.0.0', '1.0.1-rc.1', '2.0.0-rc.1', 'v2', '1.0.0+1') },
  ),
  digest: fc.oneof(
    { weight: 6, arbitrary: fc.constant('new' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...'abc').map(digestOf) },
  ),
  force: oneIn(6),
});

/** Any command but the rollback; those that a release consists of come most often. */
const arbitraryAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: arbitraryPrerelease },
  { weight: 6, arbitrary: fc.record({ did: fc.constant('switch' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ did: fc.constantFrom('release' as const, 'release --switch' as const) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      did: fc.constant('canary' as const),
      percent: fc.constantFrom(0, 0, 0, 5, 50, 100, 101, 0.5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ did: fc.constant('abort' as const) }) },
  { weight: 1, arbitrary: fc.record({ did: fc.constant('redeploy' as const) }) },
  { weight: 1, arbitrary: fc.record({ did: fc.constant('hold' as const) }) },
  { weight: 3, arbitrary: fc.record({ did: fc.constant('unhold' as const) }) },
  { weight: 1, arbitrary: fc.record({ did: fc.constant('maintenance' as const), on: fc.boolean() }) },
);

const arbitraryRollback: fc.Arbitrary<RollbackDeed> = fc.record({
  kind: fc.constant('rollback' as const),
  checkout: fc.nat({ max: checkoutCount - 1 }),
  service: arbitraryService,
  labelFails: oneIn(6),
  cliDies: oneIn(8),
});

const arbitraryEdgeDeed: fc.Arbitrary<EdgeDeed> = fc.record({
  kind: fc.constant('edge' as const),
  edge: fc.nat({ max: edgeCount - 1 }),
  becomes: fc.constantFrom('unreachable', 'reachable', 'reachable', 'reborn'),
});

/** An `up` has about ten steps: the look, one for each slot, the gate, the label, one for each edge. */
const arbitraryStep = fc.nat({ max: 8 });

const arbitraryFaults: fc.Arbitrary<UpFaults> = fc.record({
  diesAfter: thereOneIn(4, arbitraryStep),
  cliDies: fc.boolean(),
  gateRefuses: oneIn(8),
  meanwhile: thereOneIn(
    3,
    fc.record({
      after: fc.nat({ max: 4 + edgeCount }), // four before the flips, one before each, one after them
      deed: fc.oneof(arbitraryRollback, arbitraryRollback, arbitraryEdgeDeed),
    }),
  ),
});

const firstVersion: Deed = {
  kind: 'command',
  checkout: 0,
  service: 'shop',
  act: { did: 'prerelease', version: 'above', digest: 'new', force: false },
  faults: { cliDies: false, gateRefuses: false },
};

const arbitraryDeed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      checkout: arbitraryCheckout,
      service: arbitraryService,
      act: arbitraryAct,
      faults: arbitraryFaults,
    }),
  },
  { weight: 3, arbitrary: arbitraryRollback },
  { weight: 2, arbitrary: arbitraryEdgeDeed },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('up' as const),
      checkout: arbitraryCheckout,
      faults: arbitraryFaults,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pull' as const),
      checkout: fc.nat({ max: checkoutCount - 1 }),
    }),
  },
);

/** The life of a site: mostly one that begins well, so that what comes after has something to break. */
export const arbitraryLife: fc.Arbitrary<Deed[]> = fc
  .tuple(oneIn(8), fc.array(arbitraryDeed, { minLength: 5, maxLength: 40, size: 'max' }))
  .map(([fromNothing, deeds]) => (fromNothing ? deeds : [firstVersion, ...deeds]));
