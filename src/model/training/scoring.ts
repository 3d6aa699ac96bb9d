/** Log-probs and entropies of given tokens. */
import { Readback } from '../../gpu/readback.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { PackedBatch } from './batch.ts';
import type { HeadOptions } from '../head/head-context.ts';
import type { Model } from '../model.ts';
import { Likelihood } from '../records.ts';
import { TrainingPass } from './training-pass.ts';

export interface Score {
  /** log p(tokens[t+1] | tokens[..t]), T-1 values, nats. */
  logprobs: number[];
  /** Entropy of p(. | tokens[..t]), T-1 values, nats. */
  entropies: number[];
}

/** Rows of one pass; longer sequences get a pass of their length. */
const ROWS = 2048;

/**
 * @param sequences token ids, each with 1 token or more and at most `maxPositions` + 1
 * @param head how the head works, for tests
 * @returns a score for each sequence, in order
 */
export async function scoreSequences(
  model: Model,
  tuner: Tuner,
  sequences: readonly (readonly number[])[],
  head?: HeadOptions,
): Promise<Score[]> {
  const longest = Math.max(1, ...sequences.map((tokens) => PackedBatch.rowsOf({ tokens })));
  const total = sequences.reduce((sum, tokens) => sum + PackedBatch.rowsOf({ tokens }), 0);
  const capacity = Math.max(longest, Math.min(ROWS, total));
  const pass = await TrainingPass.create(model, tuner, {
    rows: capacity,
    targets: capacity,
    gradients: false,
    ...(head && { head }),
  });
  const readback = new Readback(model.gpu, 'scores', capacity * Likelihood.bytes);
  const scores: Score[] = [];
  try {
    for (let first = 0; first < sequences.length;) {
      let rows = 0;
      let last = first;
      while (last < sequences.length && rows + (sequences[last]?.length ?? 1) - 1 <= capacity)
        rows += (sequences[last++]?.length ?? 1) - 1;
      const chosen = sequences.slice(first, last);
      first = last;
      if (scores.length > 0) await tuner.betweenSteps();
      if (rows === 0) {
        scores.push(...chosen.map(() => ({ logprobs: [], entropies: [] })));
        continue;
      }
      pass.batch.fill(
        chosen.map((tokens) => ({
          tokens,
          firstTarget: 1,
          index: 0,
          advantage: 0,
          lossWeight: 0,
          nllWeight: 0,
          positive: false,
        })),
      );
      pass.load(1);
      pass.submitForward();
      const likelihoods = Likelihood.over(
        await readback.read([{ source: pass.likelihoods, offset: 0, bytes: rows * Likelihood.bytes }]),
      );
      let at = 0;
      for (const tokens of chosen) {
        const score: Score = { logprobs: [], entropies: [] };
        for (let t = 1; t < tokens.length; t++, at++) {
          score.logprobs.push(likelihoods.number(at, 'logprob'));
          score.entropies.push(likelihoods.number(at, 'entropy'));
        }
        scores.push(score);
      }
    }
  } finally {
    readback.destroy();
    pass.destroy();
  }
  return scores;
}
