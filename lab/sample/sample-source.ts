import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The sources of the sample service's binary: everything that `go build` reads, and nothing else. */
export interface SampleSource {
  /** Name and content of each file, sorted by name. */
  files: { name: string; content: string }[];
  /** SHA-256 of names and contents, in hex. */
  hash: string;
}

/** Reads the Go sources in `directory` (default: the folder of this file). Tests are left out: they are not in the binary. */
export async function readSampleSource(directory = __dirname): Promise<SampleSource> {
  const names = (await readdir(directory))
    .filter(
      (name) =>
        name === 'go.mod' || name === 'go.sum' || (name.endsWith('.go') && !name.endsWith('_test.go')),
    )
    .sort();
  const files = await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(directory, name), 'utf8') })),
  );
  return { files, hash: createHash('sha256').update(JSON.stringify(files)).digest('hex') };
}
