/** Reward `contains`: a text occurs in the response. */
import type { Reward } from '../grader.ts';
import { answerOf, failed, verdict } from '../verdict.ts';
import type { ContainsReward } from './config.ts';

export function contains({ text, ignore_case, require_finished }: ContainsReward): Reward {
  const plain = (one: string) => (ignore_case ? one.toLowerCase() : one);
  return {
    score: (responses) =>
      responses.map((one) => {
        const sought = plain(text ?? answerOf(one, 'contains').trim());
        // Every response contains the empty text.
        if (sought === '') return failed('the reference answer is empty');
        return verdict((one.finished || !require_finished) && plain(one.response).includes(sought));
      }),
  };
}
