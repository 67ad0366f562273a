import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { textChanges } from './text-changes';

describe('textChanges', () => {
  it('shows each change with a line before and after it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\n';
    expect(textChanges(before, 'a\nB\nc\nd\ne\nf\nf2\ng\n')).toBe(
      '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n@@ -6,2 +6,3 @@\n f\n+f2\n g\n',
    );
  });

  it('shows changes that are near each other in one part', () => {
    expect(textChanges('a\nb\nc\nd\n', 'a\nc\nd\ne\n')).toBe('@@ -1,4 +1,4 @@\n a\n-b\n c\n d\n+e\n');
  });

  it.each([
    ['', 'a\n', '@@ -0,0 +1,1 @@\n+a\n'],
    ['a\n', '', '@@ -1,1 +0,0 @@\n-a\n'],
    ['a\n', 'a\n', ''],
    ['a\r\nb\r\n', 'a\nb', ''],
    ['a\r\nb\r\n', 'a\r\nc\r\n', '@@ -1,2 +1,2 @@\n a\n-b\n+c\n'],
  ])('turns %j into %j by %j', (before, after, changes) => {
    expect(textChanges(before, after)).toBe(changes);
  });

  it('says all that git needs to make the change', () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
    const [file, patch] = [join(folder, 'f'), join(folder, 'patch')];
    const arbitraryText = fc
      .array(fc.constantFrom('a', 'b', 'c', '', '- d', '+ e'), { minLength: 1, maxLength: 12 })
      .map((lines) => `${lines.join('\n')}\n`);
    try {
      fc.assert(
        fc.property(arbitraryText, arbitraryText, (before, after) => {
          fc.pre(before !== after);
          writeFileSync(file, before);
          writeFileSync(patch, `--- a/f\n+++ b/f\n${textChanges(before, after)}`);
          execFileSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', 'patch'], {
            cwd: folder,
            // Else git would look for the repository that this folder may be in.
            env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
          });
          expect(readFileSync(file, 'utf8')).toBe(after);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
