import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { owedHooksLabel } from '../../edge/owed-hooks';
import type { StackConfig } from '../../lab/site-stack';
import { TestSite } from './test-site';
import { until } from './until';

/** The sample image's words for a task are in lab/sample/task.go. */
describe('hooks', () => {
  let site: TestSite;
  let directory: string;
  /** What the idle slot is given first, and what then: never what an earlier test has left in it. */
  let candidate = '1.1.0-rc.1';
  let next = '1.1.0-rc.2';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'evenkeel-hooks-'));
    site = await TestSite.standing('1.0.0');
    if (site.config.release.services['shop']![site.idle]?.version === candidate)
      [candidate, next] = [next, candidate];
  }, 300_000);
  afterAll(() => rm(directory, { recursive: true }));

  /** Gives the service these hooks, in the config only. */
  function give(
    hooks: Record<string, { command?: string; task?: string[]; timeout?: string }>,
  ): Promise<void> {
    return site.edit(({ services }) => void (services[0]!['hooks'] = hooks));
  }

  /** The idle slot becomes live, and the label remembers what was: as `evenkeel switch` writes it. */
  function editSwitchFrom(): Promise<void> {
    return site.edit(({ release }) => {
      const shop = release.services['shop']!;
      shop.previous = shop[shop.live]!;
      shop.live = site.idle;
      release.generation += 1;
    });
  }

  /** After a refused switch: the slot that is live stays live. */
  function editBack(): Promise<void> {
    return site.edit(({ release }) => {
      const shop = release.services['shop']!;
      shop.live = site.idle;
      delete shop.previous;
    });
  }

  /**
   * An `up` that a hook refuses, under load: the public sees nothing of it, and no task of the hook is left.
   * @param correct the config, whatever comes of it.
   */
  async function refused(correct: () => Promise<void>): Promise<string> {
    const load = site.load((version) => version === '1.0.0');
    const output = await site.refusedUp().finally(correct);
    expect((await load.stop()).failures).toEqual([]);
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect(await hookServices()).toBe('');
    return output;
  }

  const hookServices = () => site.docker('service', 'ls', '-q', '--filter', 'name=shop-hook');

  async function hookContainers(): Promise<string[]> {
    const filter = 'label=com.docker.swarm.service.name=shop-hook';
    const found = await Promise.all(
      site.lab.machines.map(({ name }) => site.dockerOn(name, 'ps', '-q', '--filter', filter)),
    );
    return found.filter(Boolean);
  }

  /** Lines of the given hook in what an `up` printed: each once, though it shows the last one again when the step ends. */
  const linesOf = (output: string, hook: string) => {
    const lines = output.matchAll(new RegExp(`shop ${hook}: (.*)$`, 'gm'));
    return [...new Set([...lines].map(([, text]) => text!.trim()))];
  };

  it('run around a prerelease and a switch, each in its place, with what they need to know', async () => {
    const names = ['HOOK', 'SERVICE', 'SLOT', 'VERSION', 'PREVIOUS_VERSION'].map(
      (name) => `EVENKEEL_${name}`,
    );
    const see = `curl -s -H 'Host: shop.example.com' http://${site.address('pi1')}/version`;
    await give({
      beforePrerelease: { task: ['migrate'] },
      beforeSwitch: { task: ['env', ...names] },
      afterSwitch: { command: `echo "$EVENKEEL_PREVIOUS_VERSION -> $(${see})"` },
      afterRollback: { command: `echo "back on $EVENKEEL_VERSION: $(${see})"` },
    });
    const slot = site.idle;
    await site.edit(({ release }) => {
      release.services['shop']![slot] = site.stack.release(candidate);
    });
    await editSwitchFrom();
    const { output } = await site.up();
    expect(linesOf(output, 'beforePrerelease')).toEqual([`migrate: from 1.0.0 to ${candidate}`, 'done']);
    expect(linesOf(output, 'beforeSwitch')).toEqual([
      'EVENKEEL_HOOK=beforeSwitch',
      'EVENKEEL_SERVICE=shop',
      `EVENKEEL_SLOT=${slot}`,
      `EVENKEEL_VERSION=${candidate}`,
      'EVENKEEL_PREVIOUS_VERSION=1.0.0',
      'done',
    ]);
    expect(linesOf(output, 'afterSwitch')).toEqual([`1.0.0 -> ${candidate}`, 'done']);
    expect(linesOf(output, 'afterRollback')).toEqual([]);
    expect(await hookServices()).toBe('');
    expect(await site.versions()).toEqual(site.everywhere(candidate));
  }, 300_000);

  it('are not run by an up that has nothing to do', async () => {
    const { output } = await site.up();
    expect(output).not.toMatch(/shop (before|after)/);
  }, 300_000);

  it('are afterRollback alone when the config goes back to what was live before', async () => {
    await site.edit(({ release }) => {
      const shop = release.services['shop']!;
      shop.live = site.idle;
      delete shop.previous;
      release.generation += 1;
    });
    const { output } = await site.up();
    expect(linesOf(output, 'afterRollback')).toEqual(['back on 1.0.0: 1.0.0', 'done']);
    expect(output).not.toMatch(/shop (before|afterSwitch)/);
  }, 300_000);

  it('are afterRollback alone, and once, when evenkeel rollback goes back past Pulumi', async () => {
    await site.must('switch', 'shop');
    const { code, stderr } = await site.cli('rollback', 'shop', '--json');
    expect(code).toBe(0);
    expect(linesOf(stderr, 'afterRollback')).toEqual(['back on 1.0.0: 1.0.0', 'done']);
    expect(stderr).not.toMatch(/shop (before|afterSwitch)/);
    const { output } = await site.up();
    expect(output).not.toMatch(/shop (before|after)/);
  }, 300_000);

  it('stop the release before the switch: a task with another exit code than 0, with its log', async () => {
    await give({ beforeSwitch: { task: ['exit', '3'] } });
    await editSwitchFrom();
    const label = (await site.state())!.label;
    const output = await refused(editBack);
    expect(output).toContain('The hook beforeSwitch of shop failed: exit code 3');
    expect(output).toContain(`${candidate} as a task with the words ["exit","3"]`);
    expect(output).toMatch(/The last lines of its log:\n(.*\n)*?.*exit: 3, as told/);
    expect(output).toContain('The public was not touched: it is on 1.0.0 of shop.');
    expect((await site.state())!.label).toEqual(label);
  }, 300_000);

  it('stop the release before the switch: a task whose time is over, and which is ended then', async () => {
    await give({ beforeSwitch: { task: ['sleep', '1h'], timeout: '3s' } });
    await editSwitchFrom();
    const output = await refused(editBack);
    expect(output).toContain('The hook beforeSwitch of shop failed: not done within 3 s');
    expect(linesOf(output, 'beforeSwitch')).toContain('sleep: 1h0m0s');
    expect(await hookContainers()).toEqual([]);
  }, 300_000);

  it('stop the release before the idle slot is touched', async () => {
    const image = () =>
      site.docker(
        'service',
        'inspect',
        `shop-${site.idle}`,
        '--format',
        '{{.Spec.TaskTemplate.ContainerSpec.Image}}',
      );
    const before = await image();
    await give({ beforePrerelease: { command: 'echo "no database"; exit 1' } });
    await site.edit(({ release }) => {
      release.services['shop']![site.idle] = site.stack.release(next);
      release.generation += 1;
    });
    const touched = site.idle;
    const output = await refused(() =>
      site.edit(({ release }) => {
        release.services['shop']![touched] = site.stack.release(candidate);
      }),
    );
    expect(output).toContain('The hook beforePrerelease of shop failed: exit code 1');
    expect(output).toContain(`${touched} of shop was not touched, nor was the public.`);
    expect(await image()).toBe(before);
  }, 300_000);

  it('wait for nobody: what another run has started is named, and what a dead one has left is taken away', async () => {
    await give({ beforeSwitch: { task: ['migrate'] } });
    await editSwitchFrom();
    const labels = ['evenkeel.hook=beforeSwitch', 'evenkeel.hook.until=2999-01-01T00:00:00.000Z'];
    const { digest } = site.stack.release('1.0.0');
    await site.docker(
      ...['service', 'create', '--detach', '--name', 'shop-hook'],
      ...['--restart-condition', 'none', ...labels.flatMap((label) => ['--label', label])],
      ...[`${site.lab.sampleRepository}:1.0.0@${digest}`, 'sleep', '60s'],
    );
    const output = await site.refusedUp();
    expect(output).toContain('the hook beforeSwitch of shop still runs on the Swarm');
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    await until(
      'the other hook has ended',
      () => site.docker('service', 'ps', 'shop-hook', '--format', '{{.CurrentState}}'),
      (state) => state.startsWith('Complete'),
      120_000,
    );
    const { output: second } = await site.up();
    expect(linesOf(second, 'beforeSwitch')).toEqual([`migrate: from 1.0.0 to ${candidate}`, 'done']);
    expect(await hookServices()).toBe('');
    expect(await site.versions()).toEqual(site.everywhere(candidate));
  }, 300_000);

  it('after a switch do not undo it when they fail, and are run again by the next up, until they succeed', async () => {
    const file = join(directory, 'ready');
    await give({ afterSwitch: { command: `cat ${file}` }, afterRollback: { command: `cat ${file}` } });
    await site.edit(({ release }) => {
      // No way back to what was live before: the label has nothing of it, so this is a switch.
      delete release.services['shop']!.previous;
      release.generation += 1;
    });
    await site.up();
    await editSwitchFrom();
    const output = await site.refusedUp();
    expect(output).toContain('The hook afterSwitch of shop failed: exit code 1');
    expect(output).toContain('The switch of shop is done all the same: the public is on 1.0.0');
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));

    await writeFile(file, 'all is well\n');
    const again = await site.up();
    expect(linesOf(again.output, 'afterSwitch')).toEqual(['all is well', 'done']);
    expect((await site.state())!.edgeService!.labels).not.toHaveProperty([owedHooksLabel]);
    expect((await site.up()).output).not.toContain('afterSwitch');
  }, 300_000);

  it('give a task the secrets of the service, though its own slot has none of them yet', async () => {
    await give({ beforePrerelease: { task: ['read', '/run/secrets/shop-password'] } });
    const withSecret = async (change: (config: StackConfig) => void) => {
      const config = structuredClone(site.config);
      config.services[0]!['secrets'] = ['shop-password'];
      change(config);
      await site.stack.write({ ...config, secrets: { 'shop-password': 'correct horse!' } } as StackConfig);
      return site.stack.up();
    };
    const tooEarly = await withSecret(({ release }) => {
      release.services['shop']![site.idle] = site.stack.release(next);
      release.generation += 1;
    });
    expect(tooEarly.output).toContain('no slot of shop has the secret shop-password yet');
    expect(tooEarly.code).not.toBe(0);
    const alone = await withSecret(() => undefined);
    expect(alone).toMatchObject({ code: 0 });
    expect(linesOf(alone.output, 'beforePrerelease')).toEqual([]);
    const { output, code } = await withSecret(({ release }) => {
      release.services['shop']![site.idle] = site.stack.release(next);
      release.generation += 1;
    });
    expect(linesOf(output, 'beforePrerelease')).toEqual([
      '/run/secrets/shop-password: 14 bytes, the last is "!"',
      'done',
    ]);
    expect(code).toBe(0);
    expect(output).not.toContain('correct horse');
  }, 300_000);
});
