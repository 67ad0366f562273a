import type { Paint, Style } from './paint';

/** One cell of a table. */
export type Cell = string | { text: string; style: Style };

/**
 * Rows as lines whose columns stand below each other, two spaces apart, without spaces at a line's end.
 *
 * @param header its titles are faint; may be shorter than the rows.
 */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string[] {
  const all = [header.map((text): Cell => ({ text, style: 'faint' })), ...rows];
  const widths: number[] = [];
  for (const row of all)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length)));
  return all.map((row) => {
    const last = row.findLastIndex((cell) => textOf(cell) !== '');
    return row
      .slice(0, last + 1)
      .map((cell, column) => {
        const gap = column === last ? '' : ' '.repeat(widths[column]! - textOf(cell).length + 2);
        return (typeof cell === 'string' ? cell : paint(cell.style, cell.text)) + gap;
      })
      .join('');
  });
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
