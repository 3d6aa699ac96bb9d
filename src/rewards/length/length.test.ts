/** DAPO's soft overlong punishment against verl's DAPORewardManager (tests/fixtures/README.md). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createGrader } from '../registry.ts';

interface Recorded {
  max_response_length: number;
  overlong_buffer_len: number;
  penalty_factor: number;
  /** Length of a response in tokens, and what it adds to the reward. */
  rewards: [tokens: number, reward: number][];
}
const recorded = JSON.parse(
  readFileSync(new URL('../../../tests/fixtures/overlong.json', import.meta.url), 'utf8'),
) as Recorded[];

const response = (tokens: number, text: string) => ({
  row: {},
  answer: '7',
  response: text,
  finished: true,
  tokens,
});

describe('reward length', () => {
  it.each(recorded)('is that of verl: maximum $max_response_length, buffer $overlong_buffer_len', async (one) => {
    const { max_response_length: max_tokens, overlong_buffer_len: cache_tokens, penalty_factor: weight } = one;
    const grader = await createGrader([{ name: 'length', weight, max_tokens, cache_tokens }]);
    const grades = grader.grade(one.rewards.map(([tokens]) => response(tokens, '')));
    for (const [i, { reward }] of grades.entries()) expect(reward).toBeCloseTo(one.rewards[i]?.[1] ?? NaN, 12);
    expect(new Set(one.rewards.map(([, reward]) => reward)).size).toBeGreaterThan(2);
  });

  it('is -1 beyond the maximum, as equation 13 of DAPO says', async () => {
    const grader = await createGrader([{ name: 'length', weight: 1, max_tokens: 10, cache_tokens: 4 }]);
    expect(grader.grade([11, 500].map((tokens) => response(tokens, ''))).map(({ reward }) => reward)).toEqual([-1, -1]);
  });

  it('is added to a reward that judges, and does not decide whether a response is correct', async () => {
    const grader = await createGrader([
      { name: 'exact', weight: 1, strip: true, ignore_case: false, require_finished: true },
      { name: 'length', weight: 1, max_tokens: 10, cache_tokens: 4 },
    ]);
    const grades = grader.grade([response(3, '7'), response(8, '7'), response(8, '6')]);
    expect(grades.map(({ reward, correct }) => [reward, correct])).toEqual([
      [1, true],
      [0.5, true],
      [-0.5, false],
    ]);
  });
});
