/** A text split at its tokens, for display: a character that spans several tokens is shown at the last of them. */
import type { Tokenizer } from './tokenizer.ts';

/** A decoder's output for bytes that are not a complete character. */
const BROKEN = '\ufffd';
/** Most tokens that one character can span: UTF-8 has at most 4 bytes. */
const LONGEST = 4;
/** Shown for all tokens of a character except its last. */
export const PART = '\u2026';

/** @returns one piece per token; tokens of an incomplete character are PART, or U+FFFD if it is never completed */
export function tokenPieces(tokenizer: Pick<Tokenizer, 'tokenText' | 'decode'>, tokens: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < tokens.length;) {
    const text = tokenizer.tokenText(tokens[at] ?? 0);
    const length = text.includes(BROKEN) ? wholeCharacter(tokenizer, tokens.slice(at, at + LONGEST)) : 1;
    if (length <= 1) pieces.push(text);
    else pieces.push(...new Array<string>(length - 1).fill(PART), tokenizer.decode(tokens.slice(at, at + length)));
    at += Math.max(1, length);
  }
  return pieces;
}

/** Number of leading tokens that decode to a text without a broken character; 0 if there is none. */
function wholeCharacter({ decode }: Pick<Tokenizer, 'decode'>, tokens: readonly number[]): number {
  for (let length = 2; length <= tokens.length; length++) {
    const text = decode(tokens.slice(0, length));
    if (text !== '' && !text.includes(BROKEN)) return length;
  }
  return 0;
}
