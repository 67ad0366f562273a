import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Change } from '../../cli/change-release';
import { labDown, labUp } from '../../lab/lab';
import type { Lab } from '../../lab/lab';
import { checkoutDirectory } from '../../lab/lab-directory';
import { labVariables } from '../../lab/lab-variables';
import { sampleHost, SiteStack } from '../../lab/site-stack';
import { startProxy } from './proxy';
import { ask, TestSite, type CliResult } from './test-site';
import { until } from './until';

type BySite = Record<string, Change & { hadIt?: true }>;

/** Requests that the releases must have been seen by. */
const fewestRequests = 500;

describe('two sites, of three machines and of one', () => {
  let first: TestSite;
  let second: Lab;
  let stack: SiteStack;
  let project: string;
  let marker: string;
  let stopLoad: (() => Promise<unknown>) | undefined;
  const secondLab = () => `${first.lab.name}-vps`;

  beforeAll(async () => {
    first = await TestSite.standing('1.0.0');
    second = await labUp({ machines: 1, name: secondLab(), log: () => undefined });
    // Both stacks are a user's: in one project, and one backend.
    stack = new SiteStack({ ...second, ...ofUser(first.lab) }, checkoutDirectory, 'vps');
    await stack.remove();
    await stack.select();
    project = dirname(dirname(stack.configFile));
    marker = join(project, 'second-site-refuses');
    await clear();
    for (const name of ['evenkeel', 'program.cjs', 'policies'])
      await symlink(join(checkoutDirectory, name), join(project, name));
    const config = stack.firstConfig();
    const command = `test ! -e '${marker}' && curl -fsS --max-time 5 "$EVENKEEL_CANDIDATE_URL/alive"`;
    config.services[0]!['acceptance'] = { command, timeout: '10s' };
    await stack.write(config);
    const { code, output } = await stack.up();
    if (code !== 0) throw new Error(`the second site can't be made:\n${output}`);
    await writeFile(join(dirname(stack.configFile), 'sites.yaml'), 'sites: [lab, vps]\n');
    const authorities = [first.lab, second].map(({ registry }) => readFile(registry.caFile, 'utf8'));
    await writeFile(join(project, 'registries.pem'), (await Promise.all(authorities)).join('\n'));
  }, 400_000);

  afterAll(async () => {
    await stopLoad?.();
    await clear();
    await stack.remove();
    await labDown({ name: secondLab(), log: () => undefined });
  }, 300_000);

  async function clear(): Promise<void> {
    for (const name of [
      'evenkeel',
      'program.cjs',
      'policies',
      'registries.pem',
      'second-site-refuses',
      'stacks/sites.yaml',
    ])
      await rm(join(project, name), { force: true });
  }

  /** Runs `evenkeel` in the project of both sites, where no stack is named. */
  async function cli(...args: string[]): Promise<CliResult> {
    const { PULUMI_STACK: _stack, EVENKEEL_CONFIG_FILE: _file, ...variables } = labVariables(first.lab);
    const child = execFile(join(project, 'evenkeel'), args, {
      cwd: project,
      env: {
        ...process.env,
        ...variables,
        PWD: project,
        NODE_EXTRA_CA_CERTS: join(project, 'registries.pem'),
      },
      maxBuffer: 32 * 1024 * 1024,
    });
    const ended = once(child, 'close') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), ended]);
    return { code: code ?? 137, stdout, stderr };
  }

  async function must(...args: string[]): Promise<BySite> {
    const { code, stdout, stderr } = await cli(...args, '--yes', '--json');
    if (code !== 0) throw new Error(`evenkeel ${args.join(' ')}: exit code ${code}\n${stderr}`);
    return JSON.parse(stdout) as BySite;
  }

  /** What the public sees: the versions of the first site's edges, and the second one's. */
  async function versions(): Promise<{ lab: string[]; vps: string }> {
    const { version } = await ask(second.machines[0]!.address, '/', { host: sampleHost });
    return { lab: [...new Set(Object.values(await first.versions()))], vps: version };
  }

  it('get a release one after the other and go back together, without a lost request; a second site that refuses it stops the wave, and the same command finishes it', async () => {
    const origins = [
      ...first.lab.machines.map(({ address }) => ({ site: 'lab', address })),
      ...second.machines.map(({ address }) => ({ site: 'vps', address })),
    ];
    const load = startProxy(() => origins, sampleHost);
    stopLoad = load.stop;
    // Not what an earlier file left in the idle slot of the first site.
    const left = first.config.release.services['shop']![first.idle]?.version;
    const candidate = left === '1.1.0-rc.1' ? '1.1.0-rc.2' : '1.1.0-rc.1';
    const candidates = await must('prerelease', 'shop', candidate);
    expect(Object.keys(candidates)).toEqual(['lab', 'vps']);
    for (const change of Object.values(candidates))
      expect(change).toMatchObject({ did: 'prerelease', applied: true });
    expect(await versions()).toEqual({ lab: ['1.0.0'], vps: '1.0.0' });

    await writeFile(marker, '');
    const { code, stderr } = await cli('switch', 'shop', '--yes');
    expect({ code, said: stderr.trim().split('\n').at(-1) }).toEqual({
      code: 1,
      said:
        `The wave stopped at vps: lab ${candidate} live (generation ${candidates['lab']!.generation + 1}), ` +
        `vps 1.0.0 live, candidate ${candidate} (generation ${candidates['vps']!.generation}). ` +
        'Finish with `evenkeel switch shop` or roll back with `evenkeel rollback shop`.',
    });
    expect(await versions()).toEqual({ lab: [candidate], vps: '1.0.0' });

    await rm(marker);
    const finished = await must('switch', 'shop');
    expect(finished).toMatchObject({
      lab: { hadIt: true, applied: false },
      vps: { did: 'switch', applied: true },
    });
    expect(await versions()).toEqual({ lab: [candidate], vps: candidate });

    const back = await must('rollback', 'shop');
    expect(back).toMatchObject({
      lab: { did: 'rollback', from: candidate, to: '1.0.0', applied: true },
      vps: { did: 'rollback', from: candidate, to: '1.0.0', edges: ['pi1'], applied: true },
    });
    expect(await versions()).toEqual({ lab: ['1.0.0'], vps: '1.0.0' });

    const report = await load.stop();
    expect(report.lost).toEqual([]);
    expect(report.requests).toBeGreaterThan(fewestRequests);
    expect(Object.keys(report.answers).sort()).toEqual([
      'lab 1.0.0',
      `lab ${candidate}`,
      'vps 1.0.0',
      `vps ${candidate}`,
    ]);
  }, 300_000);

  it('go back also when one is away: it is named, hides nothing of the other, and follows when it returns', async () => {
    await must('switch', 'shop');
    await second.stop('pi1');
    const { code, stderr } = await cli('rollback', 'shop');
    expect(code).toBe(1);
    expect(stderr).toContain("vps: can't be reached, so it has what it had; its stack file has gone back.");
    expect([...new Set(Object.values(await first.versions()))]).toEqual(['1.0.0']);

    const away = await cli('status', '--json');
    expect(away.code).toBe(1);
    expect(JSON.parse(away.stdout)).toMatchObject({ lab: { ok: true }, vps: { ok: false } });

    await second.start('pi1');
    await until(
      'the second site follows',
      () => cli('rollback', 'shop'),
      (result) => result.code === 0,
      180_000,
    );
    expect(await versions()).toEqual({ lab: ['1.0.0'], vps: '1.0.0' });
    const { code: status, stdout } = await cli('status', '--json');
    expect({ status, sites: JSON.parse(stdout) as object }).toMatchObject({
      status: 0,
      sites: { lab: { ok: true }, vps: { ok: true } },
    });
  }, 300_000);
});

/** What of a lab is not a site's own: where stacks and their state are kept, and the engine that works on them. */
function ofUser({ directory, pulumi, pulumiEnv, pulumiVariables }: Lab) {
  return { directory, pulumi, pulumiEnv, pulumiVariables };
}
