import { expect, it } from 'vitest';
import { characterTokenizer } from '../../src/text/character-tokenizer.ts';
import { PART, tokenPieces } from '../../src/text/token-pieces.ts';
import { realTokenizer } from '../support/real-tokenizer.ts';

it('shows single characters and the end token', () => {
  const tokenizer = characterTokenizer([...'0123456789+=']);
  expect(tokenPieces(tokenizer, [...tokenizer.encode('1+2=3'), tokenizer.endToken])).toEqual([
    '1',
    '+',
    '2',
    '=',
    '3',
    '\u00b6',
  ]);
});

it.each(['gpt2', 'qwen3', 'llama3'] as const)('joins characters that span several tokens (%s)', async (name) => {
  const tokenizer = await realTokenizer(name);
  const text = 'Sure: \u{1f98a}\u{1f9ea} caf\u00e9, \u6f22\u5b57 \u0915\u094d\u0937.';
  const tokens = tokenizer.encode(text);
  const pieces = tokenPieces(tokenizer, tokens);
  expect(pieces).toHaveLength(tokens.length);
  expect(pieces.filter((piece) => piece !== PART).join('')).toBe(text);
  expect(pieces).toContain(PART);
  // A text that ends inside a character shows U+FFFD, and the text after it is unchanged.
  const cut = tokens.slice(0, pieces.indexOf(PART) + 1);
  expect(tokenPieces(tokenizer, cut).at(-1)).toContain('\ufffd');
  expect(tokenPieces(tokenizer, [...cut, ...tokenizer.encode('abc')]).at(-1)).toContain('abc');
});
