import type { Json } from '../provider/json';
import { sameJson } from '../provider/same-json';

/** The elements, by index, which a shortest way from one list to another takes out of the first and puts into the second. */
export interface ListEdits {
  removed: number[];
  added: number[];
}

/**
 * Compares two lists by their longest common subsequence. For the short lists of a resource (a command, its
 * arguments): time and space are the product of the lengths.
 */
export function listEdits(before: readonly Json[], after: readonly Json[]): ListEdits {
  const rows = before.length;
  const columns = after.length;
  // common[i][j] is the length of the longest common subsequence of what follows before[i] and after[j].
  const common = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      common[row]![column] = sameJson(before[row], after[column])
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const edits: ListEdits = { removed: [], added: [] };
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && sameJson(before[row], after[column])) {
      row++;
      column++;
    } else if (column >= columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) {
      edits.removed.push(row++);
    } else {
      edits.added.push(column++);
    }
  }
  return edits;
}
