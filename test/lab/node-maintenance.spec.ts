import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { NodeChange } from '../../cli/node-project';
import { labVariables } from '../../lab/lab-variables';
import type { Load } from '../../lab/load/load';
import { formatReport } from '../../lab/load/format-report';
import type { LoadReport } from '../../lab/load/load-report';
import { checkoutDirectory } from '../../lab/lab-directory';
import { sampleHost } from '../../lab/site-stack';
import { newerDocker, usualSources } from './newer-docker';
import { TestSite } from './test-site';
import { until } from './until';
import { startVisitors } from './visitors';

/** A machine that is worked on: out and back under load, one at a time, and refused when the others could not hide it. */
describe('maintenance of a machine', () => {
  let site: TestSite;
  const machines = ['pi1', 'pi2', 'pi3'];
  const figures: string[] = [];
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    await bringAllBack();
  }, 300_000);
  afterAll(async () => {
    await bringAllBack();
    console.log(figures.join('\n'));
  }, 300_000);

  /** Whatever an earlier run left half done. */
  async function bringAllBack(): Promise<void> {
    for (const { name, state } of await listed())
      if (state !== 'in service') await site.must('node', name, 'resume');
  }

  const listed = async () => {
    const { stdout } = await site.cli('node', '--json');
    return JSON.parse(stdout) as { name: string; state: string; edge: string; tasks: number }[];
  };

  const loadOn = (names: string[]) =>
    site.load(
      (version) => version === '1.0.0',
      site.lab.machines.filter(({ name }) => names.includes(name)),
    );

  /** What a command says when it is refused. */
  async function refused(...args: string[]): Promise<string> {
    const { code, stderr } = await site.cli(...args, '--yes');
    expect([code, stderr]).toEqual([3, expect.stringContaining('evenkeel: refused: ')]);
    return stderr;
  }

  const judge = (what: string, { lost, wrong, failures, ...rest }: LoadReport) => {
    figures.push(`${what}: ${formatReport({ lost, wrong, failures, ...rest }).split('\n')[0]}`);
    expect({ lost, wrong, failures }).toEqual({ lost: 0, wrong: 0, failures: [] });
  };

  describe.each(machines)('%s', (name) => {
    const others = machines.filter((each) => each !== name);

    it('is drained under load on the others and on the address that all share: its edge is stopped, nothing runs on it, nothing is lost', async () => {
      const load = loadOn(others);
      const visitors = startVisitors(site.lab.sharedAddress, sampleHost);
      const change = await site.must<NodeChange>('node', name, 'drain');
      const { lost, versions, again, answered } = await visitors.stop();
      judge(`drain ${name}`, await load.stop());
      figures.push(`drain ${name}, shared address: ${answered} visits, again ${JSON.stringify(again)}`);
      expect({ lost, versions }).toEqual({ lost: [], versions: { '1.0.0': answered } });
      expect(change).toEqual({
        stack: expect.any(String) as string,
        did: 'drain',
        nodes: [name],
        applied: true,
      });
      await expect(site.ask(name)).rejects.toThrow('ECONNREFUSED');
      expect((await listed()).find((each) => each.name === name)).toMatchObject({
        state: expect.stringMatching(/^drain since \d{4}-\d\d-\d\dT\d\d:\d\dZ by /) as string,
        edge: 'it is stopped',
        tasks: 0,
      });
      expect(site.config.nodes.find((each) => each['name'] === name)).toMatchObject({ maintenance: true });
    }, 300_000);

    if (name === 'pi3') {
      it('stays out in an up, which goes through', async () => {
        const load = loadOn(others);
        await site.up();
        judge('up while pi3 is out', await load.stop());
        expect(await site.docker('node', 'inspect', 'pi3', '--format', '{{.Spec.Availability}}')).toBe(
          'drain',
        );
        await expect(site.ask('pi3')).rejects.toThrow('ECONNREFUSED');
      }, 300_000);

      it('keeps the others from going, and says how it is brought back', async () => {
        expect(await refused('node', 'pi1', 'drain')).toMatch(
          /pi1 can't go now:\n {2}pi3 is out \(drain since .*\), and machines go out one at a time. Bring it back first: evenkeel node pi3 resume/,
        );
      }, 300_000);
    }

    it('is brought back under load: it serves what is live, through every edge, nothing is lost', async () => {
      const load = loadOn(others);
      await site.must('node', name, 'resume');
      judge(`resume ${name}`, await load.stop());
      expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
      expect((await listed()).map(({ state }) => state)).toEqual(machines.map(() => 'in service'));
      const { stdout, code } = await site.cli('status');
      expect([code, stdout]).toEqual([0, expect.stringContaining('all is well')]);
    }, 300_000);
  });

  it('gets a newer Docker under load on the others: its containers start anew, nothing is lost', async () => {
    const version = async () => (await onPi3(`dpkg-query -W -f '\${Version}' docker.io`)).trim();
    const dockerd = () => onPi3('cut -d " " -f 22 /proc/$(pidof dockerd)/stat');
    const before = await dockerd();
    const had = await version();
    const newer = `${had.replace(/\+lab\d+$/, '')}+lab${Date.now()}`;
    await onPi3(newerDocker(newer));
    const load = loadOn(['pi1', 'pi2']);
    let said: string;
    try {
      const { code, stdout, stderr } = await site.cli('node', 'pi3', 'update', '--yes');
      expect([code, stderr]).toEqual([0, '']);
      said = stdout;
    } finally {
      await onPi3(usualSources);
    }
    judge('update pi3', await load.stop());
    expect(said).toContain(`pi3: docker.io ${had} -> ${newer}\n`);
    expect(said).toContain('update done: pi3');
    expect(await version()).toBe(newer);
    expect(await dockerd()).not.toBe(before);
    expect(await onPi3('cat /etc/default/docker')).not.toContain('newer');
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
    expect((await listed()).map(({ state }) => state)).toEqual(machines.map(() => 'in service'));
  }, 300_000);

  async function onPi3(script: string): Promise<string> {
    const { code, stdout, stderr } = await site.lab.exec('pi3', ['sh', '-euc', script]);
    if (code !== 0) throw new Error(`pi3: ${stderr}`);
    return stdout;
  }

  describe('is refused', () => {
    it('for the last edge that serves', async () => {
      const label = (...change: string[]) =>
        Promise.all(['pi2', 'pi3'].map((name) => site.docker('node', 'update', ...change, name)));
      await label('--label-rm', 'evenkeel.edge');
      try {
        expect(await refused('node', 'pi1', 'drain')).toMatch(
          /it is the last edge \(pi2: its edge does not serve: .*; pi3: its edge does not serve: .*\): without it nobody reaches the site/,
        );
      } finally {
        await label('--label-add', 'evenkeel.edge=true');
      }
      // The edges of before may serve still, for a moment.
      await until(
        'all edges are as they should be',
        () => site.cli('status'),
        ({ code }) => code === 0,
      );
    }, 300_000);

    it('for the last machine on which a service is healthy', async () => {
      const tell = (what: string) =>
        Promise.all(
          ['pi2', 'pi3'].map((name) =>
            site.lab.exec(name, [
              'curl',
              '-fsS',
              '-X',
              'POST',
              `http://${site.address(name)}:${port()}/${what}`,
            ]),
          ),
        );
      const port = () => (site.live === 'blue' ? 18080 : 18081);
      const states = () => site.edgeStats(`shop-${site.live}`);
      await tell('sick');
      try {
        await until('the edges see it', states, (seen) =>
          Object.values(seen).every((servers) => servers.filter((server) => server === 'UP').length === 1),
        );
        expect(await refused('node', 'pi1', 'reboot')).toContain(
          'shop would be healthy nowhere (pi2: not healthy; pi3: not healthy): its requests would be lost.',
        );
      } finally {
        await tell('well');
      }
      await until('the edges see it', states, (seen) =>
        Object.values(seen).every((servers) => servers.every((server) => server === 'UP')),
      );
    }, 300_000);

    it('for the managers that are a quorum', async () => {
      await site.lab.stop('pi3');
      try {
        await until(
          'Swarm calls pi3 Down',
          () => site.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}'),
          (list) => list.includes('pi3 Down'),
        );
        expect(await refused('node', 'pi2', 'reboot')).toContain(
          "without it 1 of 3 managers would be there, and Swarm's quorum is 2 (not there: pi3). Start pi3 first.",
        );
      } finally {
        await site.lab.start('pi3');
      }
      await until('pi3 is in service', listed, (nodes) => nodes.every(({ state }) => state === 'in service'));
    }, 300_000);
  });

  it('reboots all machines, one at a time, under a load that goes to the edges in service', async () => {
    const boots = () => Promise.all(machines.map((name) => bootOf(name)));
    const before = await boots();
    const loads = new Map<string, Load>(machines.map((name) => [name, loadOn([name])]));
    const reports: Promise<void>[] = [];
    const stop = (name: string) => {
      const report = loads.get(name)!.stop();
      loads.delete(name);
      reports.push(report.then((done) => judge(`reboot --all, ${name}`, done)));
      return report;
    };
    const order: string[] = [];
    const said = await follow(['node', 'reboot', '--all', '--yes'], (line) => {
      const [, name, what] = /^(pi\d): (goes out of service|is back in service)$/.exec(line) ?? [];
      if (!name) return;
      order.push(`${name} ${what}`);
      if (what === 'goes out of service') void stop(name);
      else loads.set(name, loadOn([name]));
    });
    for (const name of [...loads.keys()]) void stop(name);
    await Promise.all(reports);
    expect(said).toMatch(/reboot done: pi\d, pi\d, pi\d/);
    const names = order.filter((_, index) => index % 2 === 0).map((line) => line.slice(0, 3));
    expect([...names].sort()).toEqual(machines);
    expect(order).toEqual(
      names.flatMap((name) => [`${name} goes out of service`, `${name} is back in service`]),
    );
    const after = await boots();
    machines.forEach((_, index) => expect(after[index]).not.toBe(before[index]));
    expect(await site.versions()).toEqual(site.everywhere('1.0.0'));
  }, 300_000);

  async function bootOf(name: string): Promise<string> {
    return (await site.lab.exec(name, ['cut', '-d', ' ', '-f', '22', '/proc/1/stat'])).stdout.trim();
  }

  /** Runs `./evenkeel` and hands on each line when it comes. @returns all of them. */
  async function follow(args: string[], onLine: (line: string) => void): Promise<string> {
    const started = Date.now();
    const child = spawn(join(checkoutDirectory, 'evenkeel'), args, {
      cwd: checkoutDirectory,
      env: { ...process.env, ...labVariables(site.lab) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      onLine(line);
    }
    expect([await ended, lines.join('\n')]).toEqual([0, lines.join('\n')]);
    figures.push(
      `reboot --all: ${((Date.now() - started) / 1000).toFixed(1)} s for ${machines.length} machines`,
    );
    return lines.join('\n');
  }
});
