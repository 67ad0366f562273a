import * as fc from 'fast-check';
import type { Pointer, ServicePointer } from '../release/pointer';

/** A digest whose hex digits are all the same one, so that a reader sees at once which image is meant. */
export function digestOf(hexDigit: string): string {
  return `sha256:${hexDigit.repeat(64)}`;
}

/** Any digest. */
export const arbitraryDigest: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 64, maxLength: 64 })
  .map((digits) => `sha256:${digits.join('')}`);

/** Few digests, so that two slots often have the same one. */
const fewDigests = fc.constantFrom(...'abc').map(digestOf);

/** Any name that config takes for a service. */
export const arbitraryServiceName: fc.Arbitrary<string> = fc.stringMatching(
  /^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/,
);

/** What a pointer says of one service; the live slot has a digest, as config demands. */
export function arbitraryServicePointer(digest = arbitraryDigest): fc.Arbitrary<ServicePointer> {
  return fc
    .record({
      live: fc.constantFrom('blue' as const, 'green' as const),
      canary: fc.integer({ min: 0, max: 100 }),
      digests: fc.record({ blue: fc.option(digest), green: fc.option(digest) }),
      atLeast: digest,
      previous: fc.option(digest),
      maintenance: fc.boolean(),
    })
    .map(({ live, canary, digests: { blue, green }, atLeast, previous, maintenance }) => ({
      live,
      canary,
      digests: {
        ...(blue !== null || live === 'blue' ? { blue: blue ?? atLeast } : {}),
        ...(green !== null || live === 'green' ? { green: green ?? atLeast } : {}),
      },
      ...(previous !== null && { previous }),
      ...(maintenance && { maintenance }),
    }));
}

/** Any pointer that a config can ask for. */
export const arbitraryPointer: fc.Arbitrary<Pointer> = fc.record(
  {
    generation: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    services: fc.dictionary(arbitraryServiceName, arbitraryServicePointer(), { maxKeys: 4 }),
  },
  { noNullPrototype: true },
);

/** Pointers that are often close to each other: two services, few digests, few generations. */
export const arbitraryNearPointer: fc.Arbitrary<Pointer> = fc.record(
  {
    generation: fc.integer({ min: 1, max: 4 }),
    services: fc.dictionary(fc.constantFrom('shop', 'blog'), arbitraryServicePointer(fewDigests), {
      noNullPrototype: true,
    }),
  },
  { noNullPrototype: true },
);
