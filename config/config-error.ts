import type { Mistake } from './mistake';

/** The config of a stack is wrong; nothing was touched. The message lists every mistake, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /**
   * @param site the stack's name
   * @param mistakes at least one, in the order to show them in
   */
  constructor(
    readonly site: string,
    readonly mistakes: readonly Mistake[],
  ) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
    const lines = mistakes.map(({ message }) => `\n  ${message}`).join('');
    super(`The config of the stack ${site} has ${count}; nothing was touched.${lines}`);
  }
}
