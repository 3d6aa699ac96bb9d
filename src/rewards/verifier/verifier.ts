/** Reward `verifier`: what the task's own verifier says, as one of several rewards. */
import { inputError } from '../../errors.ts';
import type { Grade, GradedResponse, Reward } from '../grader.ts';

/** The verifier of a task. */
export type Verify = (response: GradedResponse) => Grade;

/** @throws StudioError `input` for a task that has no verifier */
export function verifier(verify: Verify | undefined): Reward {
  if (!verify) throw inputError('rewards', 'reward verifier: expected a task with a verifier of its own');
  return {
    score: (responses) =>
      responses.map((response) => {
        const { reward, correct, error, reason } = verify(response);
        return {
          reward,
          correct,
          ...(error !== undefined && { error }),
          ...(reason !== undefined && { reason }),
        };
      }),
  };
}
