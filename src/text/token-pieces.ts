/**
 * A text cut at its tokens, for showing: a character that lies across several tokens stands whole at the last of them.
 */
import type { Tokenizer } from './tokenizer.ts';

/** What a decoder writes for bytes that are no whole character. */
const BROKEN = '\ufffd';
/** Tokens that one character can lie across: UTF-8 has at most 4 bytes. */
const LONGEST = 4;
/** Stands for the tokens of a character before its last. */
export const PART = '\u2026';

/**
 * @returns a piece for each token; tokens whose character is not complete are PART, or U+FFFD where it never will be
 */
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

/** How many tokens make a text without a broken character; 0 when none of these beginnings does. */
function wholeCharacter({ decode }: Pick<Tokenizer, 'decode'>, tokens: readonly number[]): number {
  for (let length = 2; length <= tokens.length; length++) {
    const text = decode(tokens.slice(0, length));
    if (text !== '' && !text.includes(BROKEN)) return length;
  }
  return 0;
}
