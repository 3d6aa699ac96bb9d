/** Responses as sequences of a training batch, with their weights in the loss. */
import type { BatchSequence } from '../model/training/batch.ts';
import { aggregationFactors } from '../objective/aggregation.ts';
import type { RlConfig } from '../run/config.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import type { Response } from './response.ts';

/** Prompt and response as one sequence, whose targets are the response's tokens. */
export function responseSequence(
  { prompt, tokens, index, advantage, correct }: Response,
  weights: Pick<BatchSequence, 'lossWeight' | 'nllWeight'>,
): BatchSequence {
  return {
    tokens: prompt.concat(tokens),
    firstTarget: prompt.length,
    index,
    advantage,
    positive: correct,
    ...weights,
  };
}

/**
 * A minibatch's sequences with their loss weights by the strategy's aggregation, and those of `positive_lm`: the mean
 * NLL over the tokens of correct responses.
 *
 * @param longest maximum tokens of a response
 */
export function minibatchSequences(
  responses: readonly Response[],
  config: Pick<RlConfig, 'aggregation' | 'positive_lm'>,
  strategy: ResolvedStrategy,
  longest: number,
): BatchSequence[] {
  const lengths = responses.map(({ tokens }) => tokens.length);
  const factors = aggregationFactors(config.aggregation ?? strategy.aggregation, lengths, longest);
  const positives = responses.reduce((sum, { correct, tokens }) => sum + (correct ? tokens.length : 0), 0);
  return responses.map((response, i) =>
    responseSequence(response, {
      lossWeight: factors[i] ?? 0,
      nllWeight: response.correct ? config.positive_lm / positives : 0,
    }),
  );
}
