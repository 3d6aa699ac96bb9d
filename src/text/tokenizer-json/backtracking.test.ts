import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { slowPart } from './backtracking.ts';

describe('expressions that may take too long', () => {
  it.each([
    '(a+)+',
    '(a*)*b',
    '(a|a)*b',
    '(a|aa)+$',
    '(?:a?a)*b',
    '(.*)*x',
    String.raw`(\w+\s?)*$`,
    String.raw`(?:\d{1,3})+x`,
    '(a{1,100}){1,100}b',
    '(?:(?:a+)){60}b',
    'x|y(?:[a-z]+|[0-9a-f]+)*z',
    'a*a*b',
    String.raw`\s*\s+x`,
    String.raw`\s*\s+x+`,
    'a*a*a*b',
    String.raw`.*\w*[a-z]*!`,
    '(?=(a+)+b)',
  ])('refuses %s', (source) => {
    new RegExp(source, 'u');
    expect(slowPart(source)).toBeDefined();
  });

  it.each([
    String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
    String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?:'s|'t)?|\p{N}{1,3}`,
    String.raw`\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
    String.raw`(?:\r?\n)+`,
    String.raw`(?:\p{L}|\p{M})+`,
    String.raw`\d(?=(?:\d{3})+(?!\d))`,
    String.raw`(?:[a-z]+ )+`,
    String.raw`(?:(?=(?<atomic1>a+))\k<atomic1>)b`,
    '[a-z]+(?:-[a-z]+)*',
  ])('takes %s', (source) => {
    expect(slowPart(source)).toBeUndefined();
  });

  it('takes the expressions of all published tokenizers that are tested', () => {
    const root = new URL('../../../tests/fixtures/tokenizers/', import.meta.url);
    const found = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => [
        ...readFileSync(new URL(`${name}/tokenizer.json`, root), 'utf8').matchAll(/"Regex":\s*("(?:[^"\\]|\\.)*")/g),
      ])
      .map(([, text = '""']) => String(JSON.parse(text)));
    expect(found.length).toBeGreaterThan(3);
    // Possessive quantifiers and inline options are translated before they are looked at.
    for (const source of found)
      expect(slowPart(source.replace(/([*+?])\+/g, '$1').replace(/\(\?i:/g, '(?:')), source).toBeUndefined();
  });
});
