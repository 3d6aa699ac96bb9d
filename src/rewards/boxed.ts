/** LaTeX answers in \boxed{}. */

const BOXED = /\\(?:boxed|fbox)\s*\{/g;

/** What stands in each `\boxed{..}`, in order; braces inside are balanced, boxes that never close are left out. */
export function boxedContents(text: string): string[] {
  const found: string[] = [];
  let searched = 0;
  for (const match of text.matchAll(BOXED)) {
    const start = match.index + match[0].length;
    // A box inside of another box is part of it.
    if (match.index < searched) continue;
    const end = closingBrace(text, start);
    // Nothing closes after this one either, except inside of it.
    if (end < 0) continue;
    found.push(text.slice(start, end));
    searched = end;
  }
  return found;
}

/** Position of the brace that closes the one before `start`; -1 if none does. */
function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}
