import { itRefuses, stackWith } from './stack.fixture';
import { readSiteConfig } from './read-site-config';

const hooks = (value: unknown) => ({ 'services/0/hooks': value });

describe('readSiteConfig: hooks', () => {
  it('reads a command and a task, each with its time', () => {
    const [shop] = readSiteConfig(
      stackWith(
        hooks({
          beforePrerelease: { task: ['migrate', '--to', ''], timeout: '1h' },
          afterSwitch: { command: './announce.sh' },
        }),
      ),
    ).services;
    expect(shop!.hooks).toStrictEqual({
      beforePrerelease: { task: ['migrate', '--to', ''], timeout: 3_600_000 },
      afterSwitch: { command: './announce.sh', timeout: 300_000 },
    });
  });

  it('has none where none are given', () => {
    expect(readSiteConfig(stackWith({})).services[0]).not.toHaveProperty('hooks');
  });

  itRefuses([
    {
      rule: 'a hook that is both',
      edits: hooks({ beforeSwitch: { command: './check.sh', task: ['check'] } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch',
      value: { command: './check.sh', task: ['check'] },
      allowed: 'one of command and task',
      remedy: 'Remove one of the two.',
    },
    {
      rule: 'a hook that is neither',
      edits: hooks({ afterRollback: { timeout: '1m' } }),
      key: 'evenkeel:services[0].hooks.afterRollback',
      value: {},
      allowed: 'one of command and task',
      remedy: 'Add `command: ./hook.sh` or `task: [migrate, up]`, with your own value.',
    },
    {
      rule: 'a hook that there is not',
      edits: hooks({ beforeSwich: { command: './check.sh' } }),
      key: 'evenkeel:services[0].hooks.beforeSwich',
      value: { command: './check.sh' },
      allowed: 'the keys beforePrerelease, beforeSwitch, afterSwitch and afterRollback',
      remedy: 'Did you mean `beforeSwitch`?',
    },
    {
      rule: 'a task that is one text',
      edits: hooks({ beforeSwitch: { task: 'migrate up' } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch.task',
      value: 'migrate up',
      allowed: 'a list of at least one word',
      remedy: 'Write for example `[migrate, up]`.',
    },
    {
      rule: 'a task without a word',
      edits: hooks({ beforeSwitch: { task: [] } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch.task',
      value: [],
      allowed: 'a list of at least one word',
      remedy: 'Write for example `[migrate, up]`.',
    },
    {
      rule: 'a word that is a number',
      edits: hooks({ beforeSwitch: { task: ['migrate', 7] } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch.task[1]',
      value: 7,
      allowed: 'a text, without NUL characters',
      remedy: 'Put it in quotes: "…".',
    },
    {
      rule: 'an empty command',
      edits: hooks({ beforeSwitch: { command: ' ' } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch.command',
      value: ' ',
      allowed: 'a shell command, not empty',
      remedy: 'Write for example `./acceptance.sh`.',
    },
    {
      rule: 'no time at all',
      edits: hooks({ beforeSwitch: { command: './check.sh', timeout: '0s' } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch.timeout',
      value: '0s',
      allowed: 'a whole number with its unit (ms, s, m or h), from 1s to 1h',
      remedy: 'Write for example `5m`.',
    },
    {
      rule: 'more than an hour',
      edits: hooks({ beforeSwitch: { command: './check.sh', timeout: '2h' } }),
      key: 'evenkeel:services[0].hooks.beforeSwitch.timeout',
      value: '2h',
      allowed: 'a whole number with its unit (ms, s, m or h), from 1s to 1h',
      remedy: 'Write for example `5m`.',
    },
  ]);
});
