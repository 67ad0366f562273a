import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { isPlainMap } from './plain';
import { StackFile } from './stack-file';
import { type AnyRelease, arbitraryRelease, writeStackText } from './stack-text.fixture';

describe('StackFile.withRelease, whatever stands in the file and whatever is wanted', () => {
  const arbitraryChoices = fc.array(fc.nat({ max: 59 }), { maxLength: 40 });
  /** What is wanted: something else altogether, or the old release with some of the services changed. */
  const arbitraryEdit = fc
    .tuple(arbitraryRelease, arbitraryRelease, fc.boolean())
    .map(([old, other, mixed]) => ({
      old,
      wanted: mixed ? { ...other, services: { ...old.services, ...other.services } } : other,
    }));
  const runs = { numRuns: 200 };

  it('gives just the release that was wanted, and leaves every byte outside of it', () => {
    fc.assert(
      fc.property(arbitraryEdit, arbitraryChoices, ({ old, wanted }, choices) => {
        const { before, own, after } = writeStackText(old, choices);
        const text = new StackFile('Pulumi.home.yaml', before + own + after).withRelease(wanted);
        const result = parse(text) as { config: Record<string, unknown> };
        expect(result.config['evenkeel:release']).toEqual(wanted);
        expect(text.slice(0, before.length)).toBe(before);
        expect(text.slice(text.length - after.length)).toBe(after);
      }),
      runs,
    );
  });

  it('changes nothing when the release is wanted as it is', () => {
    fc.assert(
      fc.property(arbitraryRelease, arbitraryChoices, (release, choices) => {
        const { before, own, after } = writeStackText(release, choices);
        const file = new StackFile('Pulumi.home.yaml', before + own + after);
        expect(file.config().release).toEqual(release);
        expect(file.withRelease(release)).toBe(file.text);
      }),
      runs,
    );
  });

  it('keeps every comment that stands in a map or list which stays', () => {
    fc.assert(
      fc.property(arbitraryEdit, arbitraryChoices, ({ old, wanted }, choices) => {
        const { before, own, after, comments } = writeStackText(old, choices);
        const text = new StackFile('Pulumi.home.yaml', before + own + after).withRelease(wanted);
        const kept = comments.filter(({ path }) => stays(path, old, wanted));
        expect(kept.map((comment) => comment.text).filter((comment) => !text.includes(comment))).toEqual([]);
      }),
      runs,
    );
  });

  it('needs no second edit: what it wrote it leaves alone', () => {
    fc.assert(
      fc.property(arbitraryEdit, arbitraryChoices, ({ old, wanted }, choices) => {
        const { before, own, after } = writeStackText(old, choices);
        const text = new StackFile('Pulumi.home.yaml', before + own + after).withRelease(wanted);
        expect(new StackFile('Pulumi.home.yaml', text).withRelease(wanted)).toBe(text);
      }),
      runs,
    );
  });

  it('comes back to the very same meaning after there and back', () => {
    fc.assert(
      fc.property(arbitraryEdit, arbitraryChoices, ({ old, wanted }, choices) => {
        const { before, own, after } = writeStackText(old, choices);
        const there = new StackFile('Pulumi.home.yaml', before + own + after).withRelease(wanted);
        const back = new StackFile(
          'Pulumi.home.yaml',
          new StackFile('Pulumi.home.yaml', there).withRelease(old),
        );
        expect(back.config().release).toEqual(old);
      }),
      runs,
    );
  });
});

/** True when the map or list is there before and after, and neither is empty. */
function stays(path: readonly string[], old: AnyRelease, wanted: AnyRelease): boolean {
  if (isDeepStrictEqual(old, wanted)) return true;
  const [, ...keys] = path;
  let [before, after]: unknown[] = [old, wanted];
  for (const key of keys) {
    if (isDeepStrictEqual(before, after)) return true;
    // Comments at an entry's end and within an item go with it.
    if (key.startsWith('(')) return false;
    if (!isPlainMap(before) || !isPlainMap(after)) return false;
    [before, after] = [before[key], after[key]];
  }
  const isFilled = (value: unknown) =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return isFilled(before) && isFilled(after) && Array.isArray(before) === Array.isArray(after);
}
