import type { DrillRow } from './drill-report';
import type { DrillSite } from './drill-site';
import { giveBack } from './give-back';
import { restore } from './phases';

/** A drill: cells, each of which lets one thing break in one phase, and what becomes of their rows. */
export interface Matrix<Cell> {
  site: DrillSite;
  /** The version that the public had before. */
  live: string;
  /** In this order, one at a time. */
  cells: readonly Cell[];
  run(cell: Cell): Promise<DrillRow>;
  /** Is given each row at once: a drill that breaks off has a report of all that it did. */
  keep(row: DrillRow): Promise<void>;
  /** Whether the drill ends at a site that is not whole again, as one that has a public must not break twice. */
  endsUnlessWhole: boolean;
  /** What somebody types for these words of `evenkeel` to be about this site. */
  command: (...words: string[]) => string;
  log: (line: string) => void;
}

/**
 * Runs the cells, and gives the site back as it was, also when one of them fails.
 *
 * @throws what a cell or the end of the drill threw; Error when the site is not whole and the drill ends at that.
 */
export async function runMatrix<Cell>(matrix: Matrix<Cell>): Promise<void> {
  const { site, live, cells } = matrix;
  try {
    for (const cell of cells) {
      const row = await matrix.run(cell);
      await matrix.keep(row);
      if (matrix.endsUnlessWhole && row.whole === undefined)
        throw new Error(
          `${site.config.site} is not whole again, so the drill ends here: a second failure would be no drill. ` +
            `See: ${matrix.command('status')}`,
        );
    }
    await restore(site, live);
  } catch (error) {
    matrix.log(await giveBack(site, live, matrix.command));
    throw error;
  }
}
