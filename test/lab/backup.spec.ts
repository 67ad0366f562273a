import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { BackedUp } from '../../cli/backup';
import { TestSite } from './test-site';

/** What docs/runbook.md says of a lost state, done as it is written there. */
describe('a backup', () => {
  let site: TestSite;
  let folder: string;
  let backup: string;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-backups-'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function pulumi(...args: string[]): Promise<string> {
    const { lab, stack } = site;
    const cwd = dirname(dirname(stack.configFile));
    const { stdout } = await promisify(execFile)(lab.pulumi, [...args, '--non-interactive'], {
      cwd,
      env: lab.pulumiEnv,
    });
    return stdout;
  }

  async function back(): Promise<BackedUp> {
    const { code, stdout, stderr } = await site.cli('backup', '--to', folder, '--keep', '2', '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as BackedUp;
  }

  it('holds state, stack file and what the Swarm has, for nobody else to read; the older ones go', async () => {
    const first = await back();
    await back();
    const last = await back();
    expect(last.removed).toEqual([first.directory]);
    expect((await readdir(folder)).length).toBe(2);
    backup = last.directory;
    const modes = await Promise.all(
      last.files.map(async (name) => (await stat(join(backup, name))).mode & 0o777),
    );
    expect(last.files).toEqual(['Pulumi.lab.yaml', 'state.json', 'swarm.json']);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    expect((await stat(backup)).mode & 0o777).toBe(0o700);
    expect(last.generation).toBe(site.config.release.generation);
    const state = await readFile(join(backup, 'state.json'), 'utf8');
    expect(state).not.toContain('"plaintext"');
    expect(await readFile(join(backup, 'Pulumi.lab.yaml'), 'utf8')).toBe(await site.stack.readText());
  }, 60_000);

  it("brings a lost state of Pulumi's back; no task restarts", async () => {
    const before = await site.taskIds();
    await pulumi('stack', 'rm', site.stack.name, '--force', '--preserve-config', '--yes');
    await pulumi('stack', 'init', site.stack.name);
    await pulumi('stack', 'import', '--stack', site.stack.name, '--file', join(backup, 'state.json'));
    const { code, output } = await site.stack.withConfig(['up', '--yes', '--skip-preview', '--refresh']);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await site.taskIds()).toEqual(before);
    expect((await site.cli('status')).code).toBe(0);
  }, 120_000);

  it('is not needed where the state of the Swarm is lost: the config has it all', async () => {
    for (const { name } of site.lab.machines) await site.dockerOn(name, 'swarm', 'leave', '--force');
    await pulumi('stack', 'rm', site.stack.name, '--force', '--preserve-config', '--yes');
    await pulumi('stack', 'init', site.stack.name);
    await site.up();
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect((await site.state())!.label!.generation).toBe(site.config.release.generation);
    expect((await site.cli('status')).code).toBe(0);
  }, 180_000);
});
