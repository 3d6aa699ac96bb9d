import { describe, expect, it } from 'vitest';
import { nats, named, probability, tokenShade, visible } from './token-shades.ts';

describe('how tokens are written', () => {
  it.each([
    ['\n', '\u21b5'],
    ['  ', '\u2423\u2423'],
    [' the', ' the'],
    ['', '\u2205'],
  ])('%j is seen as %s', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('names the space that a token begins with', () => {
    expect(named(' the')).toBe('\u2423the');
  });

  it.each([
    [0, '100 %'],
    [Math.log(0.9996), '100 %'],
    [Math.log(0.5), '50.0 %'],
    [Math.log(0.012), '1.20 %'],
    [Math.log(0.0005), '0.0500 %'],
    [Math.log(2e-7), '2e-5 %'],
  ])('a log-prob of %f nats is %s', (logprob, text) => {
    expect(probability(logprob)).toBe(text);
  });

  it('writes nats with a minus sign', () => {
    expect([nats(-0.0221), nats(12.34)]).toEqual(['\u22120.022', '12.3']);
  });
});

describe('shades', () => {
  const token = (logprob: number, entropy: number, rank: number) => ({
    id: 1,
    text: 'a',
    reading: { logprob, entropy, rank, alternatives: [] },
  });
  const depth = (style: string | undefined) => Number(/(\d+)%/.exec(style ?? '')?.[1]);

  it('deepen with surprise, entropy and rank, and stop at a depth that text can be read on', () => {
    for (const shading of ['probability', 'entropy', 'rank'] as const) {
      const depths = [token(0, 0, 1), token(-2, 1, 5), token(-20, 10, 5000)].map((one) =>
        depth(tokenShade(one, shading)),
      );
      expect(depths[0]).toBe(0);
      expect(depths[1]).toBeGreaterThan(0);
      expect(depths[2]).toBe(55);
      expect(depths[1]).toBeLessThan(55);
    }
    expect(tokenShade({ id: 1, text: 'a' }, 'rank')).toBeUndefined();
  });
});
