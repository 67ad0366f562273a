import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { until } from './lab/until';

/** A process that starts a guard and children of its own, as `evenkeel test` does, and says their process IDs. */
const program = (directory: string) => `
import { spawn } from 'node:child_process';
import { guardWith } from ${JSON.stringify(join(__dirname, 'guard'))};
const guard = guardWith('touch ${directory}/clean', ${JSON.stringify(directory)});
const start = (seconds) => spawn('sh', ['-c', 'sleep ' + seconds + ' & sleep ' + seconds], { detached: true, stdio: 'ignore' });
const short = start(0);
const forget = guard.watch(short.pid);
short.on('close', () => {
  forget();
  const long = start(600);
  guard.watch(long.pid);
  console.log(long.pid);
});
process.stdin.on('data', () => { guard.dismiss(); process.exit(); });
`;

describe('guardWith', () => {
  let directory: string;
  let child: ChildProcess;
  let group: number;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'evenkeel-guard-'));
    const file = join(directory, 'program.cjs');
    buildSync({
      stdin: { contents: program(directory), loader: 'ts', resolveDir: __dirname },
      outfile: file,
      bundle: true,
      platform: 'node',
    });
    child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    group = Number(line.toString());
  });
  afterEach(async () => {
    if (groupIsAlive(group)) process.kill(-group, 'SIGKILL');
    await rm(directory, { recursive: true });
  });

  it('ends what a killed process had started, and cleans up', async () => {
    expect(groupIsAlive(group)).toBe(true);
    child.kill('SIGKILL');
    await until(
      'it has cleaned up',
      () => Promise.resolve(existsSync(join(directory, 'clean'))),
      (clean) => clean,
      10_000,
    );
    await until(
      'the group is gone',
      () => Promise.resolve(groupIsAlive(group)),
      (alive) => !alive,
      10_000,
    );
  });

  it('does nothing once it is dismissed', async () => {
    child.stdin!.write('done\n');
    await once(child, 'close');
    expect(groupIsAlive(group)).toBe(true);
    expect(existsSync(join(directory, 'clean'))).toBe(false);
  });
});

/** Whether a process group has a process left. */
function groupIsAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
