import { painter } from './paint';
import { table } from './table';

it('puts columns below each other and no spaces at the end of a line', () => {
  const rows = [
    ['pi1', '', 'ready'],
    ['a-long-name', 'x', ''],
  ];
  expect(table(['NODE', 'Y'], rows, painter(false))).toEqual([
    'NODE         Y',
    'pi1             ready',
    'a-long-name  x',
  ]);
});

it('paints the text of a cell, not the space behind it', () => {
  const [, row] = table(
    [],
    [
      [{ text: 'no', style: 'bad' }, 'x'],
      ['long', 'y'],
    ],
    painter(true),
  );
  expect(row).toBe('\u001b[31mno\u001b[39m    x');
});
