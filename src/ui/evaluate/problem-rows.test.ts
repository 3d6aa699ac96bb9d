import { describe, expect, it } from 'vitest';
import type { ProblemDetail, ResponseDetail } from '../../views/evaluation.ts';
import { comparisonOf, filterRows, problemRows } from './problem-rows.ts';

const response = (correct: boolean, text = correct ? 'right' : 'wrong'): ResponseDetail => ({
  response: text,
  tokens: 2,
  finished: true,
  reward: Number(correct),
  correct,
  rewards: {},
});

function problem(prompt: string, greedy: boolean, samples: boolean[]): ProblemDetail {
  const rate = samples.filter(Boolean).length / samples.length;
  return {
    problem: 0,
    scores: { greedy: Number(greedy), 'avg@k': rate, 'pass@k': {}, majority: {}, 'cons@k': rate },
    row: { prompt },
    prompt,
    answer: '3',
    greedy: response(greedy),
    responses: samples.map((correct) => response(correct)),
  };
}

const BEFORE = [
  problem('a', false, [false, false]),
  problem('b', true, [true, false]),
  problem('c', true, [true, true]),
  problem('d', true, [true, false]),
];
const AFTER = [
  problem('d', false, [true, true, false, false]),
  problem('c', true, [true, true, true, true]),
  problem('b', true, [false, false, false, true]),
  problem('a', false, [true, false, false, false]),
  problem('e', false, [false, false, false, false]),
];

describe('problems before and after', () => {
  const rows = problemRows(AFTER, BEFORE);

  it('are matched by prompt and answer, whatever their order; greedy decides between equal shares', () => {
    expect(rows.map(({ detail: { prompt }, change }) => [prompt, change])).toEqual([
      ['d', 'worse'],
      ['c', 'same'],
      ['b', 'worse'],
      ['a', 'improved'],
      ['e', undefined],
    ]);
  });

  it('are counted, with the mean change over shared problems', () => {
    const found = comparisonOf(rows);
    expect(found).toMatchObject({ shared: 4, counts: { improved: 1, worse: 2, same: 1 }, noSpread: false });
    expect(found?.difference.mean).toBeCloseTo((0 + 0 - 0.25 + 0.25) / 4, 12);
    expect(found?.difference.high).toBeGreaterThan(0);
  });

  it('have no interval when all changed equally, and no comparison when none is shared', () => {
    expect(comparisonOf(problemRows(BEFORE, BEFORE))).toMatchObject({ noSpread: true, counts: { same: 4 } });
    expect(comparisonOf(problemRows(AFTER, undefined))).toBeUndefined();
  });

  it('are found by any of their texts, and filtered by their change', () => {
    const prompts = (search: string, filter: Parameters<typeof filterRows>[2]) =>
      filterRows(rows, search, filter).map(({ detail }) => detail.prompt);
    expect(prompts(' WRONG ', 'all')).toEqual(['d', 'b', 'a', 'e']);
    expect(prompts('', 'worse')).toEqual(['d', 'b']);
    expect(prompts('', 'incorrect')).toEqual(['d', 'a', 'e']);
    expect(prompts('nothing like it', 'all')).toEqual([]);
  });
});
