/** Aggregation of per-token values into one number, as in verl's `agg_loss`. */
import type { Aggregation } from '../../src/run/config.ts';

/**
 * The factor f of every token of a response, so that the aggregate is sum over tokens of f * value:
 *
 *     token-mean               1 / (response tokens of the batch)
 *     seq-mean-token-sum       1 / sequences
 *     seq-mean-token-mean      1 / (sequences * tokens of this response)
 *     seq-mean-token-sum-norm  1 / (sequences * norm)
 *
 * @param lengths response tokens per sequence
 * @param norm the length of `seq-mean-token-sum-norm`; the longest response by default
 * @returns one factor per sequence
 */
export function aggregationFactors(aggregation: Aggregation, lengths: readonly number[], norm?: number): number[] {
  const sequences = lengths.length;
  switch (aggregation) {
    case 'token-mean': {
      const tokens = lengths.reduce((sum, length) => sum + length, 0);
      return lengths.map(() => 1 / tokens);
    }
    case 'seq-mean-token-sum':
      return lengths.map(() => 1 / sequences);
    case 'seq-mean-token-mean':
      return lengths.map((length) => 1 / (sequences * length));
    case 'seq-mean-token-sum-norm': {
      const length = norm ?? Math.max(...lengths);
      return lengths.map(() => 1 / (sequences * length));
    }
  }
}
