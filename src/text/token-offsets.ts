/** Where tokens stand in the text that they encode. */
import type { Tokenizer } from './tokenizer.ts';

/** A decoder's output for bytes that are not a complete character. */
const BROKEN = '\ufffd';
/** Most tokens that are tried for one piece of text: of characters that are joined, each has up to 4 bytes. */
const LONGEST = 16;

/**
 * Start of each token in the text, in UTF-16 units; tokens of one character start where it does, and white space that a
 * special token took with it belongs to that token.
 *
 * @returns undefined if the tokens do not decode to the text, because the tokenizer changes it
 */
export function tokenStarts(
  { tokenText, decode }: Pick<Tokenizer, 'tokenText' | 'decode'>,
  tokens: readonly number[],
  text: string,
): number[] | undefined {
  const starts: number[] = [];
  let at = 0;
  for (let i = 0; i < tokens.length;) {
    const space = /^\s*/u.exec(text.slice(at, at + 1000))?.[0].length ?? 0;
    const first = tokenText(tokens[i] ?? 0);
    let found: { length: number; end: number } | undefined;
    for (let length = 1; length <= LONGEST && i + length <= tokens.length && !found; length++) {
      const piece = length === 1 ? first : decode(tokens.slice(i, i + length));
      if (piece === '' && length > 1) continue;
      const end = endOf(piece, text, at, space);
      // A character of the text may itself be U+FFFD; only then is a broken piece the whole of it.
      if (end !== undefined) found = { length, end };
      else if (!piece.includes(BROKEN)) break;
    }
    if (!found) return undefined;
    starts.push(...new Array<number>(found.length).fill(at));
    at = found.end;
    i += found.length;
  }
  return /^\s*$/u.test(text.slice(at)) ? starts : undefined;
}

/** End of the piece in the text, if it stands there. */
function endOf(piece: string, text: string, at: number, space: number): number | undefined {
  if (text.startsWith(piece, at)) return at + piece.length;
  // SentencePiece begins a text with a space of its own.
  if (piece.startsWith(' ') && text.startsWith(piece.slice(1), at)) return at + piece.length - 1;
  if (piece !== '' && text.startsWith(piece, at + space)) return at + space + piece.length;
  return undefined;
}
