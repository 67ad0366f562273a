import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(__dirname, 'golden');

/**
 * The text of a file in test/golden, to compare with what was made. Only the explicit command `npm run golden` (that is,
 * EVENKEEL_WRITE_GOLDEN=1) writes the file first; a test that fails never does.
 *
 * @throws Error when there is no such file.
 */
export function goldenText(file: string, made: string): string {
  const path = join(directory, file);
  if (process.env['EVENKEEL_WRITE_GOLDEN'] === '1') {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, made);
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`test/golden/${file} can't be read: make it with "npm run golden", and read it through`, {
      cause: error,
    });
  }
}
