/**
 * The longest common subsequence of two lists: pairs of indexes of the same items, growing in both lists.
 * Takes time and memory of the product of both lengths, after what begins and ends alike is set aside.
 */
export function longestCommon<A, B>(
  a: readonly A[],
  b: readonly B[],
  same: (a: A, b: B) => boolean,
): [indexInA: number, indexInB: number][] {
  const isSame = (i: number, j: number) => same(a[i] as A, b[j] as B);
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && isSame(head, head)) head++;
  let tail = 0;
  while (tail < shorter - head && isSame(a.length - 1 - tail, b.length - 1 - tail)) tail++;

  const [rows, columns] = [a.length - head - tail, b.length - head - tail];
  // length[i][j] is the length for the items from i and j on.
  const length = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      (length[i] as number[])[j] = isSame(head + i, head + j)
        ? at(i + 1, j + 1) + 1
        : Math.max(at(i + 1, j), at(i, j + 1));

  const pairs: [number, number][] = Array.from({ length: head }, (_, index) => [index, index]);
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (isSame(head + i, head + j)) pairs.push([head + i++, head + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  for (let rest = tail; rest > 0; rest--) pairs.push([a.length - rest, b.length - rest]);
  return pairs;
}
