/** Reward `exact`: the response is the reference answer. */
import type { Reward } from '../grader.ts';
import { answerOf, failed, verdict } from '../verdict.ts';
import type { ExactReward } from './config.ts';

export function exact({ strip, ignore_case, require_finished }: ExactReward): Reward {
  const plain = (text: string) => {
    const trimmed = strip ? text.trim() : text;
    return ignore_case ? trimmed.toLowerCase() : trimmed;
  };
  return {
    score: (responses) =>
      responses.map((one) => {
        const answer = plain(answerOf(one, 'exact'));
        // Data without an answer would reward silence.
        if (answer === '') return failed('the reference answer is empty');
        return verdict((one.finished || !require_finished) && plain(one.response) === answer);
      }),
  };
}
