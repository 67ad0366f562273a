import { setTimeout as sleep } from 'node:timers/promises';
import { readinessPath } from '../../edge/edge-paths';
import { readinessName, staysServer } from '../../edge/haproxy-cfg/readiness';
import { sampleHost } from '../../lab/site-stack';
import { ask, TestSite } from './test-site';
import { until } from './until';
import { startVisitors, type Visits } from './visitors';

/** Everything that can happen to the edge that has the address which the edges of the lab share. */
describe('the shared address', () => {
  let site: TestSite;
  let machines: string[];
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
    machines = site.lab.machines.map(({ name }) => name);
    await oneOwner();
  }, 300_000);

  /** The machines that have the address, by their own account. */
  async function owners(): Promise<string[]> {
    const found = await Promise.all(
      machines.map(async (name) => {
        const { stdout } = await site.lab.exec(name, [
          ...['ip', '-o', 'address', 'show', 'to', site.lab.sharedAddress],
        ]);
        return stdout.includes('eth0') ? [name] : [];
      }),
    );
    return found.flat();
  }

  async function oneOwner(but?: string): Promise<string> {
    const found = await until(
      `one machine${but ? `, and not ${but},` : ''} has the address`,
      owners,
      (names) => names.length === 1 && names[0] !== but,
    );
    return found[0]!;
  }

  /** What a machine's edge says of its readiness; undefined without an answer. */
  async function readiness(
    machine: string,
  ): Promise<{ ready: boolean; serves: number; maintenance: string[] } | undefined> {
    const url = `http://${site.address(machine)}${readinessPath}`;
    const { stdout } = await site.lab.exec(machine, ['curl', '-s', '--max-time', '2', url]);
    return stdout
      ? (JSON.parse(stdout) as { ready: boolean; serves: number; maintenance: string[] })
      : undefined;
  }

  const askShared = () => ask(site.lab.sharedAddress, '/', { host: sampleHost });

  const allReady = () =>
    until(
      'all edges are ready',
      () => Promise.all(machines.map(readiness)),
      (found) => found.every((each) => each?.ready),
    );

  /**
   * Lets something happen to the owner of the address while visitors come to the address. @returns who it was, who has
   * the address then, and what the visitors saw; none of them may have been lost.
   */
  async function whileVisited(
    what: string,
    happen: (owner: string) => Promise<void>,
  ): Promise<{ before: string; after: string; visits: Visits }> {
    await allReady();
    const before = await oneOwner();
    const visitors = startVisitors(site.lab.sharedAddress, sampleHost);
    await sleep(1000);
    let visits: Visits;
    try {
      await happen(before);
      await sleep(2000);
    } finally {
      visits = await visitors.stop();
    }
    const { answered, again, longest, lost, versions } = visits;
    const tries = Object.entries(again).map(([text, count]) => `${count} × ${text}`);
    console.log(
      `${what}: ${answered} visits answered, longest wait ${Math.round(longest)} ms, tried again: ${tries.join(', ') || 'none'}`,
    );
    expect(lost).toEqual([]);
    expect(Object.keys(versions)).toEqual([site.liveVersion]);
    expect(answered).toBeGreaterThan(50);
    return { before, after: await oneOwner(), visits };
  }

  it('goes elsewhere when its machine dies, and stays there when that is back', async () => {
    let next = '';
    const { before, after } = await whileVisited('machine of the owner killed, and booted', async (owner) => {
      await site.lab.stop(owner);
      next = await until(
        'another machine has the address',
        owners,
        (names) => names.length === 1 && names[0] !== owner,
      ).then(([name]) => name!);
      await site.lab.start(owner);
      await allReady();
      // Long enough for a keepalived that would take it back.
      await sleep(5000);
    });
    expect(next).not.toBe(before);
    expect(after).toBe(next);
  }, 300_000);

  it('goes elsewhere when its edge is killed, and stays there when that is back', async () => {
    const { before, after } = await whileVisited('edge of the owner killed', async (owner) => {
      await site.dockerOn(owner, 'kill', await site.edgeContainer(owner));
      await oneOwner(owner);
      await allReady();
      await sleep(5000);
    });
    expect(after).not.toBe(before);
  }, 300_000);

  it('goes elsewhere when the owner is cut off, and has one owner once it is back', async () => {
    await whileVisited('owner cut off for 10 s', async (owner) => {
      await site.lab.cutOff(owner);
      try {
        await until('another machine has the address', owners, (names) =>
          names.some((name) => name !== owner),
        );
        await sleep(10_000);
      } finally {
        await site.lab.reconnect(owner);
      }
      await oneOwner();
    });
  }, 300_000);

  it('goes elsewhere before an edge that is told to leave stops', async () => {
    const { before, after } = await whileVisited('owner told to leave', async (owner) => {
      const tell = (state: string) =>
        site.tellEdge(owner, `@1 set server ${readinessName}/${staysServer} state ${state}`);
      expect(await tell('maint')).toBe('');
      try {
        await oneOwner(owner);
      } finally {
        await tell('ready');
      }
    });
    expect(after).not.toBe(before);
  }, 300_000);

  it('leaves an edge whose node goes into maintenance, and stays where it went', async () => {
    const maintain = async (name: string, maintenance: boolean) => {
      await site.edit((config) => {
        config.nodes.find((node) => node['name'] === name)!['maintenance'] = maintenance;
      });
      await site.up();
    };
    const { before, after } = await whileVisited('node of the owner in maintenance', async (owner) => {
      try {
        await maintain(owner, true);
        await oneOwner(owner);
      } finally {
        await maintain(owner, false);
      }
    });
    expect(after).not.toBe(before);
  }, 300_000);

  it('stays where it is when the service is sick everywhere', async () => {
    await allReady();
    const port = site.live === 'blue' ? 18080 : 18081;
    const tell = (how: 'sick' | 'well') =>
      Promise.all(
        machines.map((name) =>
          site.lab.exec(name, ['curl', '-fsS', '-X', 'POST', `http://${site.address(name)}:${port}/${how}`]),
        ),
      );
    for (const { code, stderr } of await tell('sick')) expect([code, stderr]).toEqual([0, '']);
    try {
      await until(
        'no edge has a server',
        () => Promise.all(machines.map(readiness)),
        (found) => found.every((each) => each?.serves === 0),
      );
      // Those who saw it a little earlier than others may give it away in this time.
      await sleep(4000);
      const owner = await oneOwner();
      for (let second = 0; second < 8; second++) {
        expect(await owners()).toEqual([owner]);
        expect((await askShared()).status).toBe(503);
        await sleep(1000);
      }
    } finally {
      await tell('well');
    }
    await allReady();
    expect((await askShared()).status).toBe(200);
  }, 300_000);

  it('stays where it is while an edge is taken out of the site and put in again', async () => {
    const roles = async (name: string, edge: boolean) => {
      await site.edit((config) => {
        const node = config.nodes.find((each) => each['name'] === name)!;
        node['roles'] = ['manager', 'worker', ...(edge ? ['edge'] : [])];
      });
      await site.up();
    };
    const { before, after, visits } = await whileVisited('another edge out, and in again', async (owner) => {
      const other = machines.filter((name) => name !== owner).at(-1)!;
      await roles(other, false);
      expect((await site.lab.exec(other, ['sh', '-c', 'pgrep keepalived; ls /etc/keepalived'])).stdout).toBe(
        'keepalived.conf.sample\n',
      );
      await roles(other, true);
      await until(
        'its keepalived runs',
        () => site.lab.exec(other, ['pgrep', 'keepalived']),
        ({ code }) => code === 0,
      );
    });
    expect(after).toBe(before);
    expect(visits.again).toEqual({});
  }, 300_000);

  it('is gone from all machines when the config has it no more, and named by the outputs when it has', async () => {
    await site.edit((config) => (config.edge['sharedAddresses'] = []));
    await site.up();
    expect(await owners()).toEqual([]);
    const left = await Promise.all(
      machines.map((name) => site.lab.exec(name, ['sh', '-c', 'pgrep keepalived; ls /etc/keepalived'])),
    );
    expect(left.map(({ stdout }) => stdout)).toEqual(machines.map(() => 'keepalived.conf.sample\n'));
    await site.edit((config) => {
      config.edge['sharedAddresses'] = [{ place: 'lab', address: site.lab.sharedAddress }];
    });
    const { output } = await site.up();
    expect(output).toContain(`http://${site.lab.sharedAddress}`);
    await oneOwner();
    expect((await askShared()).status).toBe(200);
  }, 300_000);
});
