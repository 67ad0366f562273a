import type { HookConfig } from '../config/site-config';
import { digestOf } from '../test/pointers';
import { threeNodes } from '../test/sites';
import type { DueHook, HookName } from './due-hooks';
import { runHooks } from './run-hook';
import { SiteContact } from './site-contact';

/** Commands run on this machine; nobody is contacted. */
const contact = new SiteContact([]);

function due(command: string, hook: HookName = 'beforeSwitch', timeout = 10_000): DueHook {
  const config: HookConfig = { command, timeout };
  return {
    service: { ...threeNodes().services[0]!, hooks: { [hook]: config } },
    hook,
    slot: 'green',
    release: { version: '1.5.0', digest: digestOf('b') },
    previousVersion: '1.4.2',
  };
}

async function run(...hooks: DueHook[]): Promise<{ log: string[]; error?: string }> {
  const log: string[] = [];
  try {
    await runHooks(
      hooks,
      'home',
      contact,
      (line) => log.push(line),
      ({ hook }) => `Where ${hook} leaves it.`,
    );
    return { log };
  } catch (error) {
    return { log, error: (error as Error).message };
  }
}

describe('runHooks', () => {
  it('runs a command that knows what it is about, with its output in the log', async () => {
    expect(await run(due('env | grep ^EVENKEEL_ | sort'))).toEqual({
      log: [
        'shop beforeSwitch: EVENKEEL_HOOK=beforeSwitch',
        'shop beforeSwitch: EVENKEEL_PREVIOUS_VERSION=1.4.2',
        'shop beforeSwitch: EVENKEEL_SERVICE=shop',
        'shop beforeSwitch: EVENKEEL_SLOT=green',
        'shop beforeSwitch: EVENKEEL_VERSION=1.5.0',
        'shop beforeSwitch: done',
      ],
    });
  });

  it('stops at the first that fails, and says which one, why, what it printed last and where that leaves the release', async () => {
    const { log, error } = await run(
      due('echo first', 'afterSwitch'),
      due('seq 1 20; exit 4'),
      due('echo never'),
    );
    expect(log.slice(0, 2)).toEqual(['shop afterSwitch: first', 'shop afterSwitch: done']);
    expect(log.slice(2)).toEqual(Array.from({ length: 20 }, (_, index) => `shop beforeSwitch: ${index + 1}`));
    expect(error).toBe(
      [
        'The hook beforeSwitch of shop failed: exit code 4',
        'It runs seq 1 20; exit 4',
        'The last lines of its log:',
        ...Array.from({ length: 15 }, (_, index) => `  ${index + 6}`),
        'Where beforeSwitch leaves it.',
      ].join('\n'),
    );
  });

  it('fails when its time is over', async () => {
    const { error } = await run(due('sleep 30', 'afterRollback', 1000));
    expect(error).toBe(
      'The hook afterRollback of shop failed: not done within 1 s\nIt runs sleep 30\nWhere afterRollback leaves it.',
    );
  });

  it('has nothing to do without hooks', async () => {
    expect(await run()).toEqual({ log: [] });
  });
});
