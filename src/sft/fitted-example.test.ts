/** What is trained of an example, by loss_on and truncation. */
import { describe, expect, it } from 'vitest';
import { fitted } from './fitted-example.ts';

const example = { tokens: [1, 2, 3, 4, 5, 6], lossMask: [0, 0, 0, 1, 1, 1] as (0 | 1)[] };
const drop = { loss_on: 'completions', truncation: 'drop' } as const;

describe('an example in a model', () => {
  it('fits up to one token more than positions, because the last token is only predicted', () => {
    expect(fitted(example, drop, 5)).toEqual({ ...example, truncated: false });
    expect(fitted(example, drop, 4)).toBeUndefined();
  });

  it('is cut at its beginning or end, and left out where nothing is left to train on', () => {
    expect(fitted(example, { ...drop, truncation: 'left' }, 3)).toEqual({
      tokens: [3, 4, 5, 6],
      lossMask: [0, 1, 1, 1],
      truncated: true,
    });
    expect(fitted(example, { ...drop, truncation: 'right' }, 3)).toEqual({
      tokens: [1, 2, 3, 4],
      lossMask: [0, 0, 0, 1],
      truncated: true,
    });
    expect(fitted(example, { ...drop, truncation: 'right' }, 2)).toBeUndefined();
    // A token without another one before it is never predicted.
    expect(fitted(example, { ...drop, truncation: 'left' }, 2)?.lossMask).toEqual([0, 1, 1]);
  });

  it('counts prompts too with loss_on all, but never the first token', () => {
    expect(fitted(example, { ...drop, loss_on: 'all' }, 9)?.lossMask).toEqual([0, 1, 1, 1, 1, 1]);
    expect(fitted(example, { loss_on: 'all', truncation: 'right' }, 2)?.lossMask).toEqual([0, 1, 1]);
  });
});
