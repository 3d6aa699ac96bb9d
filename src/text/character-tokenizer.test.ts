import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { characterTokenizer } from './character-tokenizer.ts';
import { loadCharacterTokenizer } from './load-tokenizer.ts';

const tokenizer = characterTokenizer([...'0123456789+=']);
const json = tokenizer.files().find(({ path }) => path === 'tokenizer.json')?.text ?? '';

describe('character tokenizer', () => {
  it('has 14 symbols for addition and decodes what it encodes', () => {
    expect(tokenizer.vocabularySize).toBe(14);
    expect(tokenizer.decode([...tokenizer.encode('12+34=46'), tokenizer.endToken])).toBe('12+34=46');
  });

  it('loads from its own tokenizer.json with the same ids', () => {
    const loaded = loadCharacterTokenizer(json, 'tokenizer.json');
    expect(loaded.encode('90+07=97')).toEqual(tokenizer.encode('90+07=97'));
    expect(loaded.endToken).toBe(tokenizer.endToken);
    expect(loaded.files()).toEqual(tokenizer.files());
  });

  it('names a character it does not have', () => {
    expect(() => tokenizer.encode('1*2')).toThrow(/"\*"/);
  });

  it.each([
    ['{', /not JSON/],
    ['[]', /expected an object/],
    ['{"model": {"vocab": {}}}', /found none with id 0/],
    ['{"model": {"type": "WordLevel", "vocab": {"<pad>": 0, "<end>": 0}}}', /same id/],
    ['{"model": {"type": "WordLevel", "vocab": {"<pad>": 0, "<end>": 2}}}', /found none with id 1/],
    ['{"model": {"type": "WordLevel", "vocab": {"<pad>": 0, "<end>": 1, "ab": 2}}}', /"ab"/],
    ['{"model": {"type": "WordLevel", "vocab": {"a": 0}}}', /expected a <pad> token/],
    ['{"model": {"type": "WordLevel", "vocab": {"a": -1}}}', /out of range/],
    ['{"model": {"type": "WordLevel", "vocab": {"a": 4000000000}}}', /out of range/],
  ])('refuses %s', (text, message) => {
    expect(() => loadCharacterTokenizer(text, 'tokenizer.json')).toThrow(message);
    expect(() => loadCharacterTokenizer(text, 'tokenizer.json')).toThrow(StudioError);
  });
});
