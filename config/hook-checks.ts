import { entriesOf } from './entries-of';
import { type Mistake, mistake } from './mistake';
import type { Parts } from './parts';
import type { StackConfig } from './schema';

/** A hook is a command or a task: not both, and not neither. */
export function oneKindOfHook({ services }: Parts<StackConfig>): Mistake[] {
  return entriesOf(services).flatMap(([index, { hooks }]) =>
    Object.entries(hooks ?? {}).flatMap(([name, hook]) => {
      if (hook === undefined) return [];
      // `in`, not a comparison with undefined: a command that is there and wrong is not a missing one.
      const given = ['command', 'task'].filter((kind) => kind in hook);
      if (given.length === 1) return [];
      return [
        mistake(
          ['services', index, 'hooks', name],
          Object.fromEntries(given.map((kind) => [kind, hook[kind as 'command' | 'task']])),
          'one of command and task',
          given.length === 2
            ? 'Remove one of the two.'
            : 'Add `command: ./hook.sh` or `task: [migrate, up]`, with your own value.',
        ),
      ];
    }),
  );
}
