import { describe, expect, it } from 'vitest';
import { placePrompts, prefillPasses } from './prompt-rows.ts';

const [first, second, single] = [[1, 2, 3], [4, 5, 6, 7], [8]];

describe('prompts in the cache', () => {
  it('are placed once per distinct prompt, without their last token', () => {
    const { rows, slots, distinct } = placePrompts([first, first, second, single], 4, 5);
    expect([0, 1, 2, 3].map((i) => rows.get(i))).toMatchObject([
      { token: 3, position: 2 },
      { token: 3, position: 2 },
      { token: 7, position: 3 },
      { token: 8, position: 0 },
    ]);
    expect([0, 1, 2, 3].map((i) => slots.get(i))).toMatchObject([
      { sequence: 0, promptFirst: 0, promptLength: 2 },
      { sequence: 1, promptFirst: 0, promptLength: 2 },
      { sequence: 2, promptFirst: 2, promptLength: 3 },
      { sequence: 3, promptFirst: 5, promptLength: 0 },
    ]);
    expect(distinct).toEqual([first, second]);
  });

  it('are cut into passes that hold whole prompts', () => {
    const passes = [...prefillPasses([first, second, first], 5)];
    expect(passes.map(({ count, first: place }) => [place, count])).toEqual([
      [0, 5],
      [5, 2],
    ]);
    expect([0, 1, 2, 3, 4].map((row) => passes[0]!.rows.get(row))).toEqual([
      { token: 1, position: 0, start: 0, end: 2 },
      { token: 2, position: 1, start: 0, end: 2 },
      { token: 4, position: 0, start: 2, end: 5 },
      { token: 5, position: 1, start: 2, end: 5 },
      { token: 6, position: 2, start: 2, end: 5 },
    ]);
  });

  it.each([
    [[[]], 4, 5, 'prompt of 0 tokens, planned for 1 to 4'],
    [[second], 3, 5, 'prompt of 4 tokens, planned for 1 to 3'],
    [[first, [...first], second], 4, 5, '3 distinct prompts of 7 tokens, planned for 5'],
  ])('%j do not fit', (prompts, longest, capacity, message) => {
    expect(() => placePrompts(prompts, longest, capacity)).toThrow(message);
  });
});
