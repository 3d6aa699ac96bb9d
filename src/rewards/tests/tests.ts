/** Reward `tests`: the response is a stack program, scored by the test cases that it passes. */
import { valueAt } from '../../data/row.ts';
import type { GradedResponse, Reward, Score } from '../grader.ts';
import { failed } from '../verdict.ts';
import type { TestsMode, TestsReward } from './config.ts';
import { programIn, readTestCases, testProgram, type TestCase } from './test-cases.ts';

export function tests({ mode, column }: Pick<TestsReward, 'mode' | 'column'>): Reward {
  return {
    score(responses) {
      // The responses of a group share their row, and with it the value.
      const read = new Map<unknown, ReturnType<typeof readTestCases>>();
      return responses.map((one) => {
        const value = valueAt(one.row, column);
        if (value === undefined || value === null) return failed(`the row has no test cases in column ${column}`);
        const found = read.get(value) ?? readTestCases(value);
        read.set(value, found);
        return 'error' in found ? failed(`column ${column}: ${found.error}`) : scoreOf(one, found.cases, mode);
      });
    },
  };
}

/** A response that was cut off fails every test case, because more of the program might follow. */
export function scoreOf(
  { response, finished }: Pick<GradedResponse, 'response' | 'finished'>,
  cases: readonly TestCase[],
  mode: TestsMode,
): Score {
  const passed = finished ? testProgram(programIn(response), cases).passed : 0;
  return { reward: credit(passed, cases.length, mode), correct: passed === cases.length };
}

/**
 * `mean-sign` is what `_compute_score` of KlearReasoner's `verl/utils/reward_score/code_r1_compute.py` returns:
 * correct_score 1 and incorrect_score -1, averaged over test cases; -1 for a response without a program.
 */
export function credit(passed: number, total: number, mode: TestsMode): number {
  switch (mode) {
    case 'soft':
      return passed / total;
    case 'hard':
      return passed === total ? 1 : 0;
    case 'mean-sign':
      return (2 * passed - total) / total;
  }
}
