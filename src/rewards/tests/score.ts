/** What a program's test cases are worth: shared by reward `tests` and the verifier of the task `programs`. */
import type { GradedResponse, Score } from '../grader.ts';
import type { TestsMode } from './config.ts';
import { programIn, testProgram, type TestCase } from './test-cases.ts';

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
