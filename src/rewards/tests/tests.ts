/** Reward `tests`: the response is a stack program, scored by the test cases that it passes. */
import { valueAt } from '../../data/row.ts';
import type { Reward } from '../grader.ts';
import { failed } from '../verdict.ts';
import type { TestsReward } from './config.ts';
import { scoreOf } from './score.ts';
import { readTestCases } from './test-cases.ts';

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
