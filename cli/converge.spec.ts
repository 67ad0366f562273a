import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LockedError, preview, up, UpError, type StackPlace } from './converge';

/** A program in the engine's place, which notes down what it is asked and then does this. */
const engine = (does: string) => `#!/bin/sh
echo "$*" >>"$(dirname "$0")/asked"
if [ "$1" = version ]; then echo v3.259.0; exit 0; fi
${does}
`;
const knowsNoStack = `echo "error: no stack named 'home' found" >&2; exit 255`;
/** As the engine says it of a backend of files (pkg/backend/diy/lock.go). */
const isLocked = `echo 'error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end' >&2; exit 255`;
/** Whoever had the lock has ended by the second time. */
const isLockedOnce = `[ -e "$(dirname "$0")/locked" ] && exit 0; touch "$(dirname "$0")/locked"; ${isLocked}`;

describe('up', () => {
  let folder: string;
  let place: StackPlace;
  const install = async (does: string) => {
    await writeFile(join(folder, 'pulumi'), engine(does));
    await chmod(join(folder, 'pulumi'), 0o755);
  };
  const path = process.env['PATH'];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-converge-'));
    await install(knowsNoStack);
    place = { stack: 'home', projectDirectory: folder, file: join(folder, 'Pulumi.home.yaml') };
    await writeFile(join(folder, 'Pulumi.yaml'), 'name: evenkeel\nruntime: nodejs\n');
    process.env['PATH'] = `${folder}${delimiter}${path}`;
  });
  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  it("names its stack to the engine, selects none for the user's own pulumi, and says how a missing one is made", async () => {
    const error: unknown = await up(place, 'a test', () => undefined).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UpError);
    expect((error as Error).message).toBe(
      "Pulumi's backend has no stack home. Make it with: pulumi stack init home; or name another one: --stack",
    );
    const asked = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n');
    expect(asked.map((line) => line.split(' ')[0])).toEqual(['version', 'up']);
    expect(asked[1]).toContain('--stack home');
  });

  it.each([
    ['up', () => up(place, 'a test', () => undefined)],
    ['preview', () => preview(place, folder, () => undefined)],
  ])("names the command that frees a dead process's lock when %s does not wait", async (_, run) => {
    await install(isLocked);
    const error: unknown = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LockedError);
    expect((error as Error).message).toBe(
      'Another pulumi up has the stack locked. Wait until it has ended; if its process has died, run: pulumi cancel --stack home',
    );
  });

  it('names it while it waits, once, and goes on when the lock is free', async () => {
    await install(isLockedOnce);
    const said: string[] = [];
    await up(place, 'a test', (line) => void said.push(line), { waitForLock: 60_000 });
    expect(said).toEqual([
      'another pulumi up has the stack; waiting until it has ended. If its process has died, its lock stays: free it in ' +
        'another terminal with: pulumi cancel --stack home',
    ]);
  });

  it('gives up waiting in the end, in the same words', async () => {
    await install(isLocked);
    await expect(up(place, 'a test', () => undefined, { waitForLock: 1 })).rejects.toThrow(LockedError);
  });
});
