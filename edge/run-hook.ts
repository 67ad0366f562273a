import type { DueHook } from './due-hooks';
import { runHookTask, type HookVoice } from './hook-task';
import type { SiteContact } from './site-contact';
import { formatTaskLog } from './task-log';
import { runUserCommand } from './user-command';

/** How many lines of a failed hook's output its error repeats. */
const shownLines = 15;

/**
 * Runs hooks one after the other, each with its output line by line in the log, and stops at the first that fails.
 *
 * @param site name of the site.
 * @param consequence where the release stands after a failure, and what to do, in whole sentences.
 * @throws Error naming hook, service and reason, with the last lines of the hook's output.
 */
export async function runHooks(
  hooks: readonly DueHook[],
  site: string,
  contact: SiteContact,
  log: (line: string) => void,
  consequence: (due: DueHook) => string,
): Promise<void> {
  for (const due of hooks) {
    const lines: string[] = [];
    const note = (line: string) => log(`${due.service.name} ${due.hook}: ${line}`);
    const print = (line: string) => {
      lines.push(line);
      if (lines.length > shownLines) lines.shift();
      note(line);
    };
    const failure = await run(due, site, contact, { print, note });
    if (failure)
      throw new Error(
        `The hook ${due.hook} of ${due.service.name} failed: ${failure}\n` +
          `It runs ${describe(due)}\n${formatTaskLog(lines)}${consequence(due)}`,
      );
    note('done');
  }
}

/** What a hook finds in its environment. */
export function hookEnvironment({
  service,
  hook,
  slot,
  release,
  previousVersion,
}: DueHook): Record<string, string> {
  return {
    EVENKEEL_HOOK: hook,
    EVENKEEL_SERVICE: service.name,
    EVENKEEL_SLOT: slot,
    EVENKEEL_VERSION: release.version,
    EVENKEEL_PREVIOUS_VERSION: previousVersion,
  };
}

/** @returns why it failed. */
function run(
  due: DueHook,
  site: string,
  contact: SiteContact,
  voice: HookVoice,
): Promise<string | undefined> {
  const { command, task, timeout } = due.service.hooks![due.hook]!;
  const environment = hookEnvironment(due);
  if (command !== undefined) return runUserCommand(command, environment, timeout, voice.print);
  return runHookTask({ due, site, words: task!, environment, timeout }, contact, voice);
}

function describe({ service, hook, release }: DueHook): string {
  const { command, task } = service.hooks![hook]!;
  return command ?? `${release.version} as a task with the words ${JSON.stringify(task)}`;
}
