/** The items of a list that could be read, each with its index in the stack file. */
export function entriesOf<T>(list: readonly (T | undefined)[] | undefined): [index: number, item: T][] {
  return (list ?? []).flatMap((item, index): [number, T][] => (item === undefined ? [] : [[index, item]]));
}
