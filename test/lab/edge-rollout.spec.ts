import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { generationPath } from '../../edge/edge-paths';
import { sampleHost } from '../../lab/site-stack';
import { TestSite } from './test-site';
import { until } from './until';
import { startVisitors } from './visitors';

/** A look at one edge: when, and whether it would have taken a client. */
interface Look {
  at: number;
  serves: boolean;
}

/** What restarts the edges (HAProxy's image, its limits) goes round one by one: whoever comes in by another edge loses nothing. */
describe('a rollout of the edges', () => {
  let site: TestSite;
  const machines = ['pi1', 'pi2', 'pi3'];
  beforeAll(async () => {
    site = await TestSite.standing('1.0.0');
  }, 300_000);

  /** Swarm forgets the state of a rollout at the next update that restarts nothing. */
  const rollout = '{{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}forgotten{{end}}';
  const rolledOut = (...states: string[]) =>
    until(
      'the rollout is complete',
      () => site.docker('service', 'inspect', 'evenkeel-edge', '--format', rollout),
      (state) => states.includes(state),
      120_000,
    );

  function serves(machine: string): Promise<boolean> {
    return new Promise((resolve) => {
      const asked = request(
        { host: site.address(machine), path: generationPath, agent: false, timeout: 10_000 },
        (answer) => answer.resume().on('end', () => resolve(answer.statusCode === 200)),
      );
      asked.on('timeout', () => asked.destroy());
      asked.on('error', () => resolve(false));
      asked.end();
    });
  }

  it('takes the next one only when the one before serves again', async () => {
    const looks = new Map<string, Look[]>(machines.map((name) => [name, []]));
    let over = false;
    const watching = machines.map(async (name) => {
      while (!over) {
        looks.get(name)!.push({ at: performance.now(), serves: await serves(name) });
        await sleep(20);
      }
    });
    const before = await Promise.all(machines.map((name) => site.edgeContainer(name)));
    const visitors = startVisitors(site.lab.sharedAddress, sampleHost);
    try {
      await site.edit(({ edge }) => void (edge['limits'] = { memory: '200MiB' }));
      await site.up();
      await rolledOut('completed');
      await sleep(1000);
    } finally {
      over = true;
      await Promise.all(watching);
    }
    const { lost, again, answered, longest } = await visitors.stop();
    console.log(
      `visitors of the shared address: ${answered} answered, longest ${Math.round(longest)} ms, tried again: ${JSON.stringify(again)}`,
    );
    expect(lost).toEqual([]);
    // The address moves on before a port closes. Who has a request under way at that moment is reset.
    expect(again['ECONNREFUSED']).toBeUndefined();
    const after = await Promise.all(machines.map((name) => site.edgeContainer(name)));
    machines.forEach((_, index) => expect(after[index]).not.toBe(before[index]));
    // From the last look at which an edge served to the first at which it did again.
    const away = machines.map((name) => {
      const seen = looks.get(name)!;
      const gone = seen.filter((look) => !look.serves);
      expect([name, gone.length > 0]).toEqual([name, true]);
      return { name, from: gone[0]!.at, to: seen.findLast((look) => !look.serves)!.at };
    });
    console.log(away.map(({ name, from, to }) => `${name} away for ${Math.round(to - from)} ms`).join(', '));
    const inOrder = away.sort((a, b) => a.from - b.from);
    for (const [index, next] of inOrder.slice(1).entries())
      expect([next.name, next.from > inOrder[index]!.to]).toEqual([next.name, true]);
  }, 300_000);

  it('takes away a limit that the config has no more', async () => {
    await site.edit(({ edge }) => void delete edge['limits']);
    await site.up();
    await rolledOut('completed', 'forgotten');
    for (const name of machines) {
      const container = await site.edgeContainer(name);
      expect(await site.dockerOn(name, 'inspect', '--format', '{{.HostConfig.Memory}}', container)).toBe('0');
    }
    expect(
      await site.docker('service', 'inspect', 'evenkeel-edge', '--format', '{{json .Spec}}'),
    ).not.toMatch(/"MemoryBytes":[1-9]/);
  }, 300_000);
});
