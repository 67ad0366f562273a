import type { Mistake } from './mistake';

/** The file of the sites is wrong; nothing was touched. The message lists every mistake, one a line. */
export class SitesError extends Error {
  override readonly name = 'SitesError';

  /**
   * @param file its path.
   * @param mistakes at least one, in the order to show them in.
   */
  constructor(
    readonly file: string,
    readonly mistakes: readonly Mistake[],
  ) {
    const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
    super(
      `${file} has ${count}; nothing was touched.${mistakes.map(({ message }) => `\n  ${message}`).join('')}`,
    );
  }
}
