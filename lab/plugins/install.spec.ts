import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPlugin } from './install';

let folder: string;
let home: string;
let pulumi: string;
const lines: string[] = [];

/** A stand-in of the pulumi CLI: it notes its arguments, installs a file as the real one does, and fetches as told. */
function fakePulumi(fetch: string): void {
  writeFileSync(
    pulumi,
    `#!/bin/sh
echo "$@" >> ${join(folder, 'calls')}
plugins="$PULUMI_HOME/plugins/resource-$4-v$5"
case "$*" in
  *--file*) mkdir -p "$plugins"; cp "$7" "$plugins/pulumi-resource-$4" ;;
  *) ${fetch} ;;
esac
`,
  );
  chmodSync(pulumi, 0o755);
}
const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];
const executable = () => join(home, 'plugins', 'resource-command-v1.2.1', 'pulumi-resource-command');
const install = () =>
  installPlugin('command', {
    pulumi,
    env: { ...process.env, PULUMI_HOME: home },
    log: (line) => lines.push(line),
  });
const UNREACHABLE = 'echo "dial tcp: lookup example: no such host" >&2; exec sleep 30';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  home = join(folder, 'home');
  pulumi = join(folder, 'pulumi');
  lines.splice(0);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('installPlugin', () => {
  it('installs the official plugin where it can be had', async () => {
    fakePulumi('mkdir -p "$plugins"; echo official > "$plugins/pulumi-resource-$4"');
    await expect(install()).resolves.toEqual({ source: 'official', version: '1.2.1' });
    expect(calls()).toEqual(['plugin install resource command 1.2.1']);
    await expect(install()).resolves.toEqual({ source: 'official', version: '1.2.1' });
    expect(calls()).toHaveLength(1);
  });

  it('leaves an official plugin alone that is there', async () => {
    fakePulumi(UNREACHABLE);
    mkdirSync(join(executable(), '..'), { recursive: true });
    writeFileSync(executable(), 'official');
    await expect(install()).resolves.toEqual({ source: 'official', version: '1.2.1' });
    expect(calls()).toEqual([]);
  });

  it('installs a stand-in that starts, where the official one can not be had, and says so', async () => {
    fakePulumi(UNREACHABLE);
    await expect(install()).resolves.toEqual({ source: 'stand-in', version: '1.2.1' });
    expect(lines).toEqual([
      "command plugin 1.2.1: the official one can't be had here, installed the lab's stand-in",
    ]);
    // Its stdin is at its end at once, as when the engine is gone: it prints its port, and ends.
    const { status, stdout } = spawnSync(executable(), [], { input: '', encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^(\d+\n)?$/)]);
  });

  it('does nothing the second time', async () => {
    fakePulumi(UNREACHABLE);
    await install();
    const before = calls();
    await expect(install()).resolves.toEqual({ source: 'stand-in', version: '1.2.1' });
    expect(calls()).toEqual(before);
  });

  it('installs the stand-in again when it is of other sources', async () => {
    fakePulumi(UNREACHABLE);
    await install();
    const script = readFileSync(executable(), 'utf8');
    writeFileSync(executable(), script.replace(/[0-9a-f]{16}/g, '0'.repeat(16)));
    await install();
    expect(readFileSync(executable(), 'utf8')).toBe(script);
    expect(calls().filter((call) => call.includes('--file'))).toHaveLength(2);
  });

  it('tries to get the official plugin again a day later', async () => {
    fakePulumi(UNREACHABLE);
    await install();
    const failure = join(home, 'evenkeel-plugins', 'command-1.2.1.unreachable');
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(failure, yesterday, yesterday);
    fakePulumi('echo official > "$plugins/pulumi-resource-$4"');
    await expect(install()).resolves.toEqual({ source: 'official', version: '1.2.1' });
    expect(calls().at(-1)).toBe('plugin install resource command 1.2.1 --reinstall');
  });

  it("fails with the CLI's words where the stand-in can't be installed", async () => {
    fakePulumi(UNREACHABLE);
    writeFileSync(
      pulumi,
      `#!/bin/sh\ncase "$*" in *--file*) echo "disk full" >&2;; *) echo refused >&2;; esac\nexit 1\n`,
    );
    await expect(install()).rejects.toThrow(
      /plugin install resource command 1.2.1 --file .* failed \(1\): disk full/,
    );
  });
});
