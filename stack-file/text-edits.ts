/** One change of a text: what stands from `start` up to but not including `end` becomes `text`. Offsets as in String. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/**
 * The text after all edits. Insertions at one offset come in the order of the list.
 * @throws TypeError when two of them change the same characters: then the editing is wrong, not the file
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let done = 0;
  let result = '';
  for (const edit of sorted) {
    if (edit.start < done) throw new TypeError(`two edits of the stack file overlap at offset ${edit.start}`);
    result += text.slice(done, edit.start) + edit.text;
    done = edit.end;
  }
  return result + text.slice(done);
}
