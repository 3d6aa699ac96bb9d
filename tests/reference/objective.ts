/**
 * The training objective in float64: loss, per-token gradient weights and the derivatives that seed the backward pass.
 *
 *     loss = -sum_t f_t J_t                                              policy gradient, J as in `surrogate.ts`
 *          + positive_lm * mean NLL over response tokens with reward 1
 *          + kl_coefficient * sum_t f_t kl_t
 *          - entropy_coefficient * sum_t f_t H_t
 *
 * with f_t the aggregation's factor. `sft` is the mean negative log-likelihood over all response tokens instead,
 * whatever the aggregation, and none of the other terms.
 */
import type { Aggregation } from '../../src/run/config.ts';
import type { Zone } from '../../src/run/step-record.ts';
import { aggregationFactors } from './aggregation.ts';
import { responseLength, responseValues, type ReferenceBatch } from './batch.ts';
import { klEstimate, type KlEstimator } from './kl.ts';
import type { ReferenceOutput } from './transformer.ts';
import { tokenMetrics, type ReferenceToken } from './objective-metrics.ts';
import { DEFAULT_BOUNDS, surrogate, type Bounds, type ReferenceStrategy } from './surrogate.ts';
import { accumulate, at } from './tape.ts';

/** Log-ratios are clamped to +-LOG_RATIO_LIMIT before all other computations. */
const LOG_RATIO_LIMIT = 20;

export interface ObjectiveParameters extends Partial<Bounds> {
  positive_lm?: number;
  kl_coefficient?: number;
  kl_estimator?: KlEstimator;
  entropy_coefficient?: number;
  /** Length of `seq-mean-token-sum-norm`. */
  norm?: number;
}

export interface ReferenceObjective {
  strategy: ReferenceStrategy;
  aggregation: Aggregation;
  params: ObjectiveParameters;
}

export interface ObjectiveResult {
  loss: number;
  /** One row per sequence, one entry per response token. */
  weights: number[][];
  ratios: number[][];
  zones: Zone[][];
  metrics: Record<string, number>;
  /** d loss / d (entry of the forward's output): per sequence T-1 values, 0 over the prompt. */
  logprobSeeds: Float64Array[];
  entropySeeds: Float64Array[];
}

/**
 * The objective of a batch.
 *
 * The weight is that at the clamped ratio, even where the clamp is active; PyTorch would give 0 there.
 *
 * @param output of the reference model (or any other) on the batch's token sequences
 * @throws Error if a KL term is requested and a sequence has no ref_logprobs
 */
export function evaluateObjective(
  batch: ReferenceBatch,
  output: ReferenceOutput,
  objective: ReferenceObjective,
): ObjectiveResult {
  const { strategy, params } = objective;
  const factors =
    strategy === 'sft'
      ? aggregationFactors('token-mean', batch.map(responseLength))
      : aggregationFactors(objective.aggregation, batch.map(responseLength), params.norm);
  const responses = batch.map((sequence, i): ReferenceToken[] => {
    const entropies = responseValues(sequence, output.entropies[i] ?? []);
    return responseValues(sequence, output.logprobs[i] ?? []).map((logprob, k) => {
      const logRatio = Math.min(Math.max(logprob - at(sequence.old_logprobs, k), -LOG_RATIO_LIMIT), LOG_RATIO_LIMIT);
      const ratio = Math.exp(logRatio);
      const token = {
        advantage: sequence.advantage,
        logprob,
        entropy: at(entropies, k),
        logRatio,
        ratio,
        factor: at(factors, i),
      };
      if (strategy === 'sft')
        return { ...token, value: logprob, weight: 1, zone: 'inside', clipped: false, dualClipped: false };
      return {
        ...token,
        ...surrogate(strategy, ratio, sequence.advantage, { ...DEFAULT_BOUNDS[strategy], ...params }),
      };
    });
  });

  const logprobSeeds = batch.map((sequence) => new Float64Array(sequence.tokens.length - 1));
  const entropySeeds = batch.map((sequence) => new Float64Array(sequence.tokens.length - 1));
  /** Adds to the seeds of response token k of sequence i. */
  const seed = (seeds: Float64Array[], i: number, k: number, amount: number): void => {
    accumulate(seeds[i]!, batch[i]!.prompt_length - 1 + k, amount);
  };
  const forEachToken = (visit: (token: ReferenceToken, i: number, k: number) => void): void => {
    responses.forEach((tokens, i) => tokens.forEach((token, k) => visit(token, i, k)));
  };

  let policyLoss = 0;
  forEachToken((token, i, k) => {
    policyLoss -= token.factor * token.value;
    // -f dJ/dlog pi ; log p itself for sft
    seed(logprobSeeds, i, k, -token.factor * token.weight * (strategy === 'sft' ? 1 : token.advantage));
  });
  const tokens = responses.flat();
  const metrics: Record<string, number> =
    strategy === 'sft'
      ? { 'train/loss': policyLoss, 'train/entropy': mean(tokens.map((token) => token.entropy)) }
      : { 'actor/pg_loss': policyLoss, ...tokenMetrics(tokens) };
  const result: ObjectiveResult = {
    loss: policyLoss,
    weights: responses.map((row) => row.map((token) => token.weight)),
    ratios: responses.map((row) => row.map((token) => token.ratio)),
    zones: responses.map((row) => row.map((token) => token.zone)),
    metrics,
    logprobSeeds,
    entropySeeds,
  };
  if (strategy === 'sft') return result;

  const positive = params.positive_lm ?? 0;
  if (positive !== 0) {
    const count = responses.reduce((sum, row, i) => sum + (batch[i]?.reward === 1 ? row.length : 0), 0);
    let negativeLogLikelihood = 0;
    forEachToken((token, i, k) => {
      if (batch[i]?.reward !== 1) return;
      negativeLogLikelihood -= token.logprob / count;
      seed(logprobSeeds, i, k, -positive / count);
    });
    result.metrics['actor/positive_loss'] = negativeLogLikelihood;
    result.loss += positive * negativeLogLikelihood;
  }

  const klCoefficient = params.kl_coefficient ?? 0;
  if (klCoefficient !== 0) {
    let divergence = 0;
    forEachToken((token, i, k) => {
      const reference = batch[i]?.ref_logprobs;
      if (!reference) throw new Error(`sequence ${i} has no ref_logprobs, which the KL term needs`);
      const { value, derivative } = klEstimate(params.kl_estimator ?? 'k3', token.logprob, at(reference, k));
      divergence += token.factor * value;
      seed(logprobSeeds, i, k, klCoefficient * token.factor * derivative);
    });
    result.metrics['actor/kl_loss'] = divergence;
    result.loss += klCoefficient * divergence;
  }

  const entropyCoefficient = params.entropy_coefficient ?? 0;
  if (entropyCoefficient !== 0) {
    forEachToken((token, i, k) => {
      result.loss -= entropyCoefficient * token.factor * token.entropy;
      seed(entropySeeds, i, k, -entropyCoefficient * token.factor);
    });
  }
  return result;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
