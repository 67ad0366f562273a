import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { formatPointer, pointerFromConfig } from '../release/pointer';
import { arbitraryPointer } from '../test/pointers';
import { fiveNodes } from '../test/sites';
import { edgeDirectory } from './edge-paths';
import {
  edgeVariable,
  edgeVariableTemplate,
  entryCommand,
  haproxyLabel,
  maxEnvironmentString,
  pointerLabel,
} from './entry-command';
import { haproxyCfg } from './haproxy-cfg';
import { encodeHaproxyLabel } from './haproxy-label';
import { until } from './haproxy-cfg/real-edges.fixture';

const site = fiveNodes();
const pointer = formatPointer(pointerFromConfig(site.release));
const cfg = haproxyCfg(site, {});

/** What Swarm makes of the variable's template when it makes a task: the labels of that moment in their places. */
function expand(labels: Record<string, string>): string {
  return edgeVariableTemplate.replace(
    /\{\{index \.Service\.Labels "([^"]*)"\}\}/g,
    (_, label: string) => labels[label] ?? '',
  );
}

let directory: string;
let edge: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-entry-'));
  edge = join(directory, 'edge');
  mkdirSync(edge);
  mkdirSync(join(directory, 'bin'));
  const fake = join(directory, 'bin', 'haproxy');
  writeFileSync(
    fake,
    `#!/bin/sh\nprintf '%s\\n' "$@" >'${directory}/arguments'\nenv >'${directory}/environment'\n`,
  );
  chmodSync(fake, 0o755);
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the entry command with the shell, in a folder of the test's instead of the machine's, and a haproxy that only notes how it was started. */
function start(variable: string | undefined): { status: number | null; stderr: string } {
  const [shell, ...argv] = entryCommand.map((each) => each.replaceAll(edgeDirectory, edge));
  return spawnSync(shell!, argv, {
    encoding: 'utf8',
    env: {
      PATH: `${directory}/bin:${process.env['PATH']}`,
      ...(variable === undefined ? {} : { [edgeVariable]: variable }),
    },
  });
}

const read = (file: string) => readFileSync(join(directory, file), 'utf8');

describe('entryCommand', () => {
  it('lays out pointer and haproxy.cfg just as the labels have them', () => {
    const { status, stderr } = start(
      expand({ [pointerLabel]: pointer, [haproxyLabel]: encodeHaproxyLabel(cfg) }),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(read('edge/pointer.map')).toBe(pointer);
    expect(read('edge/haproxy.cfg')).toBe(cfg);
  });

  it('lays out any pointer', () => {
    const haproxy = encodeHaproxyLabel('global\n');
    fc.assert(
      fc.property(arbitraryPointer, (any) => {
        start(expand({ [pointerLabel]: formatPointer(any), [haproxyLabel]: haproxy }));
        expect(read('edge/pointer.map')).toBe(formatPointer(any));
      }),
      { numRuns: 20 }, // each starts a shell
    );
  });

  it('replaces what an earlier edge left in the folder, and its servers’ state', () => {
    for (const file of ['pointer.map', 'haproxy.cfg', 'server-state'])
      writeFileSync(join(edge, file), 'generation 1\nold\n'.repeat(9_999));
    start(expand({ [pointerLabel]: pointer, [haproxyLabel]: encodeHaproxyLabel(cfg) }));
    expect([read('edge/pointer.map'), read('edge/haproxy.cfg'), read('edge/server-state')]).toEqual([
      pointer,
      cfg,
      '1\n', // the version of the file's format, and no server (HAProxy Management Guide 2.6, "show servers state")
    ]);
  });

  it('runs HAProxy in master-worker mode, with a master socket that its group may use and nobody else', () => {
    start(expand({ [pointerLabel]: pointer, [haproxyLabel]: encodeHaproxyLabel(cfg) }));
    expect(read('arguments').trimEnd().split('\n')).toEqual([
      '-W',
      '-S',
      `${edge}/master.sock,mode,660`,
      '-f',
      `${edge}/haproxy.cfg`,
    ]);
    for (const file of ['pointer.map', 'haproxy.cfg', 'server-state'])
      expect((statSync(join(edge, file)).mode & 0o777).toString(8)).toBe('660');
  });

  const good = () => expand({ [pointerLabel]: pointer, [haproxyLabel]: encodeHaproxyLabel(cfg) });
  const putHaproxy = (script: string) =>
    writeFileSync(join(directory, 'bin', 'haproxy'), `#!/bin/sh\n${script}`);

  it('ends as HAProxy ends', () => {
    putHaproxy('exit 3\n');
    expect(start(good()).status).toBe(3);
  });

  it.each([
    ['SIGTERM', 'TERM', false],
    ['SIGUSR1', 'USR1', true],
  ] as const)(
    'hands on %s; before SIGUSR1 it says for a while that it leaves: %s',
    async (signal, name, leaves) => {
      putHaproxy(
        `trap 'ls ${edge}/leaving >${directory}/left 2>&1; echo ${name} >${directory}/got; exit 0' ${name}\n` +
          `touch ${directory}/runs\nwhile :; do sleep 0.1; done\n`,
      );
      const [shell, ...argv] = entryCommand.map((each) => each.replaceAll(edgeDirectory, edge));
      const child = spawn(shell!, argv, {
        env: { PATH: `${directory}/bin:${process.env['PATH']}`, [edgeVariable]: good() },
      });
      const exit = once(child, 'exit');
      await until(() => Promise.resolve(existsSync(join(directory, 'runs'))));
      child.kill(signal);
      if (leaves) {
        await until(() => Promise.resolve(existsSync(join(edge, 'leaving'))));
        expect(existsSync(join(directory, 'got'))).toBe(false);
      }
      expect((await exit)[0]).toBe(0);
      expect(read('got')).toBe(`${name}\n`);
      expect(read('left').trim() === join(edge, 'leaving')).toBe(leaves);
    },
  );

  it('leaves no variable of ours to HAProxy, which would hand it on to every worker', () => {
    start(expand({ [pointerLabel]: pointer, [haproxyLabel]: encodeHaproxyLabel(cfg) }));
    expect(read('environment')).not.toMatch(/EVENKEEL/);
  });

  it.each([
    ['there is no label', {}],
    ['the pointer is empty', { [pointerLabel]: '', [haproxyLabel]: encodeHaproxyLabel(cfg) }],
    [
      'the pointer has no generation',
      { [pointerLabel]: 'shop.live blue\n', [haproxyLabel]: encodeHaproxyLabel(cfg) },
    ],
    ['the generation is 0', { [pointerLabel]: 'generation 0\n', [haproxyLabel]: encodeHaproxyLabel(cfg) }],
  ])('refuses to serve with code 78 and says why when %s', (_, labels) => {
    expect(start(expand(labels))).toMatchObject({
      status: 78,
      stderr:
        'evenkeel: the label evenkeel.pointer of this service is empty or has no generation; refusing to serve. Run: pulumi up\n',
    });
    expect(existsSync(join(directory, 'arguments'))).toBe(false);
  });

  it.each([
    ['is missing', ''],
    ['is no base64', '%%%'],
    ['is no gzip', Buffer.from(cfg).toString('base64')],
    ['is cut short', encodeHaproxyLabel(cfg).slice(0, -40)],
  ])('does not start HAProxy when the haproxy.cfg %s', (_, haproxy) => {
    const { status } = start(expand({ [pointerLabel]: pointer, [haproxyLabel]: haproxy }));
    expect(status).not.toBe(0);
    expect(existsSync(join(directory, 'arguments'))).toBe(false);
  });

  it('does not start without its variable', () => {
    expect(start(undefined).status).not.toBe(0);
    expect(existsSync(join(directory, 'arguments'))).toBe(false);
  });
});

describe('maxEnvironmentString', () => {
  it('is what the system takes: one string of that size is too long, a shorter one by a byte is not', () => {
    const value = (length: number) => 'x'.repeat(length - `${edgeVariable}=`.length - 1); // and a NUL at its end
    const run = (length: number) =>
      spawnSync('true', { env: { PATH: process.env['PATH'], [edgeVariable]: value(length) } });
    expect(run(maxEnvironmentString + 1).error).toMatchObject({ code: 'E2BIG' });
    expect(run(maxEnvironmentString).error).toBeUndefined();
  });
});
