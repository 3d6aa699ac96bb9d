/** Reward `length`: the soft overlong punishment of DAPO (arXiv 2503.14476, equation 13). */
import { inputError } from '../../errors.ts';
import type { Reward } from '../grader.ts';
import type { LengthReward } from './config.ts';

export function length(config: LengthReward): Reward {
  return {
    score: (responses) =>
      responses.map(({ tokens }) => {
        if (tokens === undefined)
          throw inputError('rewards', 'reward length: expected the length of each response in tokens, found none');
        const reward = penalty(tokens, config);
        return { reward, full: reward === 0 };
      }),
  };
}

/**
 *     R(y) = 0                                        |y| <= L_max - L_cache
 *            ((L_max - L_cache) - |y|) / L_cache      L_max - L_cache < |y| <= L_max
 *            -1                                       L_max < |y|
 */
function penalty(tokens: number, { max_tokens, cache_tokens }: LengthReward): number {
  const free = max_tokens - cache_tokens;
  if (tokens <= free) return 0;
  return tokens <= max_tokens ? (free - tokens) / cache_tokens : -1;
}
