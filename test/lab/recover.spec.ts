import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BackedUp } from '../../cli/backup';
import type { Recovered } from '../../cli/recover';
import { checkoutDirectory } from '../../lab/lab-directory';
import { labVariables } from '../../lab/lab-variables';
import { sampleHost } from '../../lab/site-stack';
import { formatPointer } from '../../release/pointer';
import { ask, TestSite } from './test-site';
import { until } from './until';

/** One disaster after the other on one site; each leaves it whole for the next. */
describe('all machines, or too many of them, are lost', () => {
  let site: TestSite;
  let folder: string;
  let backup: BackedUp;
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await site.editRelease('1.1.0-rc.1');
    await site.up();
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-backups-'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const names = () => site.lab.machines.map(({ name }) => name);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const managers = () =>
    site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}');

  async function refused(...args: string[]): Promise<string> {
    const { code, stderr } = await site.cli('recover', '--yes', ...args);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    return stderr;
  }

  async function pulumi(...args: string[]): Promise<void> {
    const { lab, stack } = site;
    const cwd = dirname(dirname(stack.configFile));
    await promisify(execFile)(lab.pulumi, [...args, '--non-interactive'], { cwd, env: lab.pulumiEnv });
  }

  /** The label and what every edge serves, as texts. */
  async function pointers(): Promise<string[]> {
    const { label, edges } = (await site.state())!;
    return [label!, ...edges.map(({ worker }) => worker!.pointer)].map((pointer) => formatPointer(pointer));
  }

  /** Waits until status has nothing to say, and the shared address and all edges have this pointer and answer this version. */
  async function whole(version: string, before: readonly string[]): Promise<void> {
    await until(
      'all is well',
      () => site.cli('status'),
      ({ code }) => code === 0,
      120_000,
    );
    expect(await site.versions()).toEqual(site.everywhere(version));
    expect(await pointers()).toEqual(before);
    expect(await ask(site.lab.sharedAddress, '/', { host: sampleHost })).toEqual({ status: 200, version });
  }

  it('power cut everywhere, booted in reverse order: whole without a hand, with the pointer it had', async () => {
    const before = await pointers();
    await Promise.all(names().map((name) => site.lab.stop(name)));
    const began = Date.now();
    const shared = until(
      'the shared address answers',
      () => ask(site.lab.sharedAddress, '/', { host: sampleHost }),
      ({ status }) => status === 200,
      120_000,
    ).then((answer) => ({ answer, ms: Date.now() - began }));
    // The first one boots alone: it has no quorum until the second one is there.
    const boots = [...names()].reverse().map(async (name, index) => {
      await sleep(index * 4000);
      await site.lab.start(name);
      return Date.now() - began;
    });
    const { answer, ms } = await shared;
    expect(answer.version).toBe('1.1.0-rc.1');
    const booted = Math.max(...(await Promise.all(boots)));
    await whole('1.1.0-rc.1', before);
    say(
      `power cut: machines switched on at 0, 4 and 8 s; the shared address serves after ${seconds(ms)}, all have booted ` +
        `after ${seconds(booted)}, whole after ${seconds(Date.now() - began)}`,
    );
  }, 300_000);

  it('dockerd restarted on all managers at once: whole without a hand, never another version', async () => {
    const before = await pointers();
    const shared = { ...site.lab.machines[0]!, name: 'shared address', address: site.lab.sharedAddress };
    const load = site.load((version) => version === '1.1.0-rc.1', [shared, ...site.lab.machines]);
    await sleep(1000);
    const restarts = names().map((name) => site.lab.exec(name, ['/etc/init.d/docker', 'restart']));
    for (const { code, stdout } of await Promise.all(restarts))
      expect({ code, stdout }).toMatchObject({ code: 0 });
    await whole('1.1.0-rc.1', before);
    const { wrong, byTarget } = await load.stop();
    expect({ wrong }).toEqual({ wrong: 0 });
    const gaps = Object.entries(byTarget).map(([name, { longestGap }]) => `${name} ${seconds(longestGap)}`);
    say(`all dockerds restarted: longest time without a good answer: ${gaps.join(', ')}`);
  }, 300_000);

  it('recover is refused while there is a quorum', async () => {
    expect(await refused()).toContain('has a quorum, so there is nothing to recover');
  });

  it('recover is refused when a machine that does not let us in runs all the same', async () => {
    await site.lab.stop('pi3');
    // Its edge goes on without dockerd. A leader that has lost the others calls itself one for 10 s more; recover waits for that.
    const ruleset =
      'table inet no_ssh { chain in { type filter hook input priority 0; tcp dport 22 drop; }; }';
    await site.lab.exec('pi2', ['sh', '-c', 'kill -9 $(pidof dockerd); nft -f -'], ruleset);
    expect(await refused()).toContain('its edge answers the public with generation');
  }, 300_000);

  it('recover makes a Swarm of the manager that is left, with the newest pointer that an edge serves', async () => {
    await site.lab.stop('pi2');
    const label = site.config.release.generation;
    await site.must('rollback', 'shop');
    expect(await site.versions(['pi1'])).toEqual({ pi1: '1.0.0' });

    const load = site.load((version) => version === '1.0.0', site.lab.machines.slice(0, 1));
    const done = await site.must<Recovered>('recover');
    const { wrong, lost, byTarget } = await load.stop();
    expect({ wrong }).toEqual({ wrong: 0 });
    say(
      `recovered: the survivor's edge served again after ${Math.round(done.edgeMs!)} ms; ${lost} requests lost, longest ` +
        `gap ${Math.round(byTarget['pi1']!.longestGap)} ms`,
    );
    const { generation } = site.config.release;
    expect(done).toMatchObject({ survivor: 'pi1', labelWas: label, generation });
    expect(Object.keys(done.lost)).toEqual(['pi2', 'pi3']);
    expect((await site.state())!.label!.generation).toBe(generation);
    expect(await managers()).toContain('pi1 Ready Leader');
    expect(await site.versions(['pi1'])).toEqual({ pi1: '1.0.0' });
  }, 300_000);

  it('lost machines that return as they were, both at once, are taken back without a hand', async () => {
    const { label } = (await site.state())!;
    // They are more than half of the Swarm that was.
    await Promise.all(['pi2', 'pi3'].map((name) => site.lab.start(name)));
    await whole('1.0.0', Array<string>(4).fill(formatPointer(label!)));
    expect((await managers()).match(/Ready (Leader|Reachable)/g)).toHaveLength(3);
  }, 300_000);

  it("a backup, from the runbook's crontab: for nobody else to read; no request is lost, the older ones go", async () => {
    const page = await readFile(join(checkoutDirectory, 'docs', 'runbook.md'), 'utf8');
    const [, path, line] = /^(PATH=.*)\n15 3 \* \* \* (.*)$/m.exec(page)!;
    const here: Record<string, string> = {
      '/home/me/.pulumi/bin': dirname(site.lab.pulumi),
      '/home/me/evenkeel': checkoutDirectory,
      '/home/me/backups': folder,
      '--stack home': `--stack ${site.stack.name}`,
      '--keep 30': '--keep 2 --json',
    };
    const mine = (text: string) =>
      Object.entries(here).reduce((all, [theirs, ours]) => all.replaceAll(theirs, ours), text);
    const { PATH: _, ...variables } = labVariables(site.lab);
    // What cron gives to a command (crontab(5)), and what is the lab's: where its state and its stack file are.
    const env = { ...variables, HOME: homedir(), SHELL: '/bin/sh', PATH: mine(path!).replace('PATH=', '') };
    const fromCron = async (): Promise<BackedUp> => {
      const command = mine(line!).replace(' >/dev/null', '');
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { env, cwd: homedir() });
      return JSON.parse(stdout) as BackedUp;
    };

    const before = await site.taskIds();
    const live = site.liveVersion;
    const load = site.load((version) => version === live);
    const first = await fromCron();
    await fromCron();
    backup = await fromCron();
    const { lost, wrong } = await load.stop();
    expect({ lost, wrong }).toEqual({ lost: 0, wrong: 0 });
    expect(await site.taskIds()).toEqual(before);
    say(`backup: dockerd of ${backup.manager} was held for ${backup.heldMs} ms`);
    expect(backup.removed).toEqual([first.directory]);
    expect((await readdir(folder)).length).toBe(2);
    expect(backup.files).toEqual(['Pulumi.lab.yaml', 'state.json', 'swarm.json', 'swarm.tar.gz']);
    const modes = await Promise.all(
      backup.files.map(async (name) => (await stat(join(backup.directory, name))).mode & 0o777),
    );
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect((await stat(backup.directory)).mode & 0o777).toBe(0o700);
    expect(backup.generation).toBe(site.config.release.generation);
    expect(await readFile(join(backup.directory, 'state.json'), 'utf8')).not.toContain('"plaintext"');
    expect(await readFile(join(backup.directory, 'Pulumi.lab.yaml'), 'utf8')).toBe(
      await site.stack.readText(),
    );
    const left = await site.lab.exec(backup.manager, [
      'sh',
      '-c',
      'ls -d /run/evenkeel-backup.* 2>/dev/null',
    ]);
    expect(left.stdout).toBe('');
  }, 300_000);

  it("all machines are blank and Pulumi's state is lost: backup and recover bring the very Swarm back", async () => {
    const { clusterId } = JSON.parse(await readFile(join(backup.directory, 'swarm.json'), 'utf8')) as {
      clusterId: string;
    };
    // Nothing of the Swarm is left on their disks, and nothing of ours.
    const blank =
      'kill -9 $(pidof dockerd) && rm -rf /var/lib/docker/swarm /var/lib/evenkeel /etc/evenkeel ' +
      '/etc/init.d/evenkeel-slot-ports /etc/keepalived/keepalived.conf';
    const wipe = (name: string) => site.lab.exec(name, ['sh', '-c', blank]);
    for (const { code, stderr } of await Promise.all(names().map(wipe)))
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await Promise.all(names().map((name) => site.lab.stop(name)));
    await Promise.all(names().map((name) => site.lab.start(name)));
    await pulumi('stack', 'rm', site.stack.name, '--force', '--preserve-config', '--yes');
    await pulumi('stack', 'init', site.stack.name);
    await pulumi(
      'stack',
      'import',
      '--stack',
      site.stack.name,
      '--file',
      join(backup.directory, 'state.json'),
    );
    expect(await refused()).toContain('evenkeel recover --backup FOLDER');

    const began = Date.now();
    const done = await site.must<Recovered>('recover', '--backup', backup.directory);
    say(
      `from a backup: the first edge serves ${seconds(done.edgeMs!)} after the new Swarm, whole after ${seconds(Date.now() - began)}`,
    );
    expect(done).toMatchObject({ survivor: backup.manager, lost: {}, missing: [], problems: [] });
    const text = formatPointer((await site.state())!.label!);
    await whole(site.liveVersion, Array<string>(4).fill(text));
    expect((await site.state())!.label!.generation).toBe(site.config.release.generation);
    const cluster = await site.docker('info', '--format', '{{.Swarm.Cluster.ID}}');
    expect({ cluster }).toEqual({ cluster: clusterId });
  }, 300_000);
});
