/** LaTeX answers in \boxed{}. */

/** A box that opens, an escaped character, or a brace. */
const PIECES = /\\(?:boxed|fbox)\s*\{|\\.|[{}]/gs;

/** What is in each `\boxed{..}`, in order; boxes that never close are left out, as are boxes inside of others. */
export function boxedContents(text: string): string[] {
  /** Where the contents of each open brace start; undefined for one that opens no box. */
  const open: (number | undefined)[] = [];
  const boxes: { start: number; end: number }[] = [];
  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    if (piece === '{') open.push(undefined);
    else if (piece.length > 2) open.push(index + piece.length);
    else if (piece === '}') {
      const start = open.pop();
      if (start !== undefined) boxes.push({ start, end: index });
    }
  }
  boxes.sort((a, b) => a.start - b.start);
  let taken = -1;
  return boxes.flatMap(({ start, end }) => {
    if (start < taken) return [];
    taken = end;
    return [text.slice(start, end)];
  });
}
