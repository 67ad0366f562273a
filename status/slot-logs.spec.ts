import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { FakeLogs, type FakeContainer } from './docker-log.fixture';
import { formatLogLine } from './format-log-line';
import type { SlotLogSource } from './last-of-node';
import { painter } from './paint';
import type { SlotLogLine } from './slot-log-line';
import { slotLogs } from './slot-logs';

let one: FakeLogs;
let two: FakeLogs;
let dockers: Record<string, Docker>;
/** What each node answers instead of its Docker. */
let broken: Record<string, string>;
let source: SlotLogSource;

beforeEach(async () => {
  one = new FakeLogs();
  two = new FakeLogs();
  dockers = { pi1: await one.start(), pi2: await two.start() };
  broken = {};
  source = {
    swarmService: 'shop-green',
    nodes: ['pi1', 'pi2'],
    docker: (node) =>
      broken[node] ? Promise.reject(new Error(broken[node])) : Promise.resolve(dockers[node]!),
  };
});
afterEach(() => Promise.all([one.stop(), two.stop()]));

/** A container whose lines come at these decimals of 12:00:00. */
function container(
  id: string,
  lines: [decimals: string, text: string][],
  changes: Partial<FakeContainer> = {},
): FakeContainer {
  return {
    id: id.repeat(12),
    service: 'shop-green',
    image: 'sha256:1',
    created: 1_785_585_000,
    state: 'running',
    status: 'Up 5 minutes',
    lines: lines.map(([decimals, text]) => stamped(decimals, text)),
    ...changes,
  };
}

function stamped(decimals: string, text: string): string {
  return `2026-08-01T12:00:00.${decimals.padEnd(9, '0')}Z ${text}`;
}

const exited = (status: string, created: number) => ({ state: 'exited', status, created });

/** The lines for people. */
function textOf(lines: readonly SlotLogLine[]): string[] {
  return lines.map((line) => formatLogLine(line, 3, painter(false)));
}

describe('the last lines of a slot', () => {
  async function last(tail?: number) {
    const lines: SlotLogLine[] = [];
    const missing = await slotLogs(source, { tail, signal: new AbortController().signal }, (line) =>
      lines.push(line),
    );
    return { lines: textOf(lines), missing, raw: lines };
  }

  it('come from all nodes in the order of time', async () => {
    one.containers = [
      container('a', [
        ['1', 'one'],
        ['3', 'three'],
      ]),
    ];
    two.containers = [container('b', [['2', 'two']])];
    const { lines, missing, raw } = await last();
    expect(lines).toEqual(['pi1 | one', 'pi2 | two', 'pi1 | three']);
    expect(missing).toEqual({});
    expect(raw[0]).toEqual({
      node: 'pi1',
      container: 'aaaaaaaaaaaa',
      at: '2026-08-01T12:00:00.100000000Z',
      stream: 'stdout',
      text: 'one',
    });
  });

  it('are as many as asked for on each node, and 100 if nobody says', async () => {
    one.containers = [
      container('a', [
        ['1', 'one'],
        ['3', 'three'],
      ]),
    ];
    two.containers = [
      container(
        'b',
        Array.from({ length: 120 }, (_, index) => [`2${1000 + index}`, `${index}`]),
      ),
    ];
    expect((await last(1)).lines).toEqual(['pi2 | 119', 'pi1 | three']);
    expect((await last()).lines).toHaveLength(102);
  });

  it('are those of the containers before it too, of a candidate that crashes', async () => {
    one.containers = [
      container('c', [], { created: 1_785_585_060 }),
      container(
        'a',
        [
          ['1', 'no database'],
          ['2', 'giving up'],
        ],
        exited('Exited (1) 2 minutes ago', 1_785_585_000),
      ),
      container(
        'b',
        [
          ['5', 'no database'],
          ['6', 'giving up'],
        ],
        exited('Exited (1) 1 minute ago', 1_785_585_030),
      ),
    ];
    two.containers = [container('d', [['4', 'all is well']])];
    expect((await last(3)).lines).toEqual([
      'pi1 | giving up',
      'pi1 | [aaaaaaaaaaaa: Exited (1) 2 minutes ago]',
      'pi2 | all is well',
      'pi1 | no database',
      'pi1 | giving up',
      'pi1 | [bbbbbbbbbbbb: Exited (1) 1 minute ago]',
    ]);
  });

  it('are not those of another image that was in the slot before, nor of another slot', async () => {
    one.containers = [
      container('a', [['5', 'new']], { created: 1_785_585_060 }),
      container('b', [['1', 'old']], { ...exited('Exited (0)', 1_785_585_000), image: 'sha256:0' }),
      container('c', [['6', 'blue']], { service: 'shop-blue' }),
    ];
    two.containers = [container('d', [['2', 'new too']])];
    expect((await last()).lines).toEqual(['pi2 | new too', 'pi1 | new']);
  });

  it('come without those of a container that Swarm takes away at that moment', async () => {
    one.containers = [
      container('a', [['5', 'new']], { created: 1_785_585_060 }),
      container('b', [['1', 'old']], exited('Exited (1)', 1_785_585_000)),
    ];
    two.containers = [container('d', [['2', 'new too']])];
    one.gone.add('b'.repeat(12));
    expect((await last()).lines).toEqual(['pi1 | [bbbbbbbbbbbb: Exited (1)]', 'pi2 | new too', 'pi1 | new']);
  });

  it('come without those of a node that has none or is dead, which is said', async () => {
    one.containers = [container('a', [['1', 'one']])];
    source = { ...source, nodes: ['pi1', 'pi2', 'pi3'] };
    broken['pi3'] = "pi3 (root@192.168.1.13:22) can't be reached over SSH: no answer within 5000 ms";
    const { lines, missing } = await last();
    expect(lines).toEqual([
      'pi1 | one',
      'pi2 | [has no container of shop-green]',
      `pi3 | [${broken['pi3']}]`,
    ]);
    expect(missing).toEqual({ pi2: 'has no container of shop-green', pi3: broken['pi3'] });
  });
});

describe('following a slot', () => {
  let lines: SlotLogLine[];
  let enough: AbortController;
  let done: Promise<unknown>;

  function follow(tail?: number): void {
    lines = [];
    enough = new AbortController();
    done = slotLogs(source, { tail, follow: true, signal: enough.signal }, (line) => lines.push(line));
  }

  /** Waits until the lines are these. */
  async function expectLines(...expected: string[]): Promise<void> {
    const until = Date.now() + 25_000;
    while (Date.now() < until && lines.length < expected.length) await sleep(20);
    expect(textOf(lines)).toEqual(expected);
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(10);
  }

  beforeEach(() => {
    one.containers = [
      container('a', [
        ['1', 'one'],
        ['2', 'two'],
      ]),
    ];
    source = { ...source, nodes: ['pi1'] };
  });
  afterEach(async () => {
    enough.abort();
    await done;
  });

  it('shows the last lines, then each new one once', async () => {
    follow(1);
    await until(() => one.followersOf('a'.repeat(12)) === 1);
    one.print('a'.repeat(12), stamped('3', 'three'));
    await expectLines('pi1 | two', 'pi1 | three');
    const { searchParams } = new URL(
      one.asked.find((url) => url.includes('follow=true'))!,
      'http://docker',
    );
    expect(searchParams.get('since')).toBe('1785585600.200000000');
  });

  it('goes on with the container that takes the place of one that ended', async () => {
    follow();
    await until(() => one.followersOf('a'.repeat(12)) === 1);
    one.exit('a'.repeat(12), 'Exited (137) 1 second ago');
    // Swarm makes the next one a second later, and it may have ended before anybody looks.
    const next = { created: 1_785_585_001 };
    one.containers.unshift(
      container('b', [['5', 'no database']], { ...next, ...exited('Exited (1)', next.created) }),
    );
    one.containers.unshift(container('c', [['6', 'up again']], { created: 1_785_585_002 }));
    await expectLines(
      'pi1 | one',
      'pi1 | two',
      'pi1 | [aaaaaaaaaaaa: Exited (137) 1 second ago]',
      'pi1 | no database',
      'pi1 | [bbbbbbbbbbbb: Exited (1)]',
      'pi1 | up again',
    );
  });

  it('says once that a node is lost, and goes on where it was when it is back', async () => {
    follow();
    await until(() => one.followersOf('a'.repeat(12)) === 1);
    one.breakFollowers('a'.repeat(12));
    await expectLines('pi1 | one', 'pi1 | two', 'pi1 | [the connection to its Docker broke]');
    one.print('a'.repeat(12), stamped('3', 'three'));
    await expectLines('pi1 | one', 'pi1 | two', 'pi1 | [the connection to its Docker broke]', 'pi1 | three');
  });

  it('shows the last lines of a node that was out of reach at first, and not its whole past', async () => {
    broken['pi1'] = 'no answer';
    one.containers.push(
      container('0', [['01', 'long ago']], { ...exited('Exited (0)', 1_785_500_000), image: 'sha256:0' }),
    );
    follow();
    await expectLines('pi1 | [no answer]');
    await sleep(50);
    delete broken['pi1'];
    await expectLines('pi1 | [no answer]', 'pi1 | one', 'pi1 | two');
  });

  it('shows a first container from its beginning', async () => {
    const [first] = one.containers.splice(0);
    follow(1);
    await expectLines('pi1 | [has no container of shop-green]');
    one.containers = [first!];
    await expectLines('pi1 | [has no container of shop-green]', 'pi1 | one', 'pi1 | two');
  });

  it('ends as soon as it is told to, and leaves no connection', async () => {
    follow();
    await until(() => one.followersOf('a'.repeat(12)) === 1);
    enough.abort();
    await done;
    await until(() => one.followersOf('a'.repeat(12)) === 0);
  });
});
