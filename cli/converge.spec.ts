import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { up, UpError } from './converge';

/** A program in the engine's place, which notes down what it is asked and knows no stack. */
const engine = `#!/bin/sh
echo "$*" >>"$(dirname "$0")/asked"
if [ "$1" = version ]; then echo v3.259.0; exit 0; fi
echo "error: no stack named 'home' found" >&2
exit 255
`;

describe('up', () => {
  let folder: string;
  const path = process.env['PATH'];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-converge-'));
    await writeFile(join(folder, 'pulumi'), engine);
    await chmod(join(folder, 'pulumi'), 0o755);
    await writeFile(join(folder, 'Pulumi.yaml'), 'name: evenkeel\nruntime: nodejs\n');
    process.env['PATH'] = `${folder}${delimiter}${path}`;
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  it("names its stack to the engine, selects none for the user's own pulumi, and says how a missing one is made", async () => {
    const place = { stack: 'home', projectDirectory: folder, file: join(folder, 'Pulumi.home.yaml') };
    const error: unknown = await up(place, 'a test', () => undefined).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpError);
    expect((error as Error).message).toBe(
      "Pulumi's backend has no stack home. Make it with: pulumi stack init home; or name another one: --stack",
    );
    const asked = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n');
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['version', 'up']);
    expect(asked[1]).toContain('--stack home');
  });
});
