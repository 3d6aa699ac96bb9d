/**
 * How token losses aggregate into one loss: f_t in J = sum_t f_t J_t. Names and definitions are verl's (`agg_loss` in
 * core_algos.py).
 */
import type { Aggregation } from '../run/config.ts';

/**
 * The weight f_t of the tokens of each sequence (equal within a sequence).
 *
 * @param lengths response tokens of the sequences of a minibatch
 * @param norm for `seq-mean-token-sum-norm`: the constant divisor, usually the maximum response length (Dr. GRPO)
 */
export function aggregationFactors(mode: Aggregation, lengths: readonly number[], norm: number): number[] {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const sequences = lengths.length;
  switch (mode) {
    case 'token-mean':
      return lengths.map(() => 1 / tokens);
    case 'seq-mean-token-sum':
      return lengths.map(() => 1 / sequences);
    case 'seq-mean-token-mean':
      return lengths.map((length) => 1 / (sequences * length));
    case 'seq-mean-token-sum-norm':
      return lengths.map(() => 1 / (sequences * norm));
  }
}
