/** The loss on held-out examples, which changes no weights. */
import { Readback } from '../gpu/readback.ts';
import { PackedBatch, type BatchSequence } from '../model/training/batch.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import { Likelihood } from '../model/records.ts';

export interface ValidationLoss {
  /** Mean negative log-likelihood per target token, nats: the sum over all tokens divided by their number. */
  loss: number;
  /** The same over the examples of each source. */
  lossBySource: ReadonlyMap<string, number>;
  /** Mean entropy of the model over the target tokens, nats. */
  entropy: number;
  /** Target tokens. */
  tokens: number;
}

/** A held-out sequence. */
export interface ValidationSequence extends BatchSequence {
  source: string;
}

export class Validation {
  private readonly readback: Readback;

  /** @param pass of the training, which is not in use meanwhile */
  constructor(private readonly pass: TrainingPass) {
    this.readback = new Readback(pass.gpu, 'validation', pass.likelihoods.size);
  }

  /**
   * Reads sequences in as many passes as they need. Log-probs are float32, as in training; their sum is float64, so
   * that it does not depend on how the sequences are cut into passes.
   *
   * @throws the signal's reason, between two passes
   */
  async measure(sequences: readonly ValidationSequence[], signal?: AbortSignal): Promise<ValidationLoss> {
    const { pass } = this;
    let [nll, entropy, tokens] = [0, 0, 0];
    const bySource = new Map<string, { nll: number; tokens: number }>();
    for (const batch of pass.batch.cut(sequences)) {
      signal?.throwIfAborted();
      pass.batch.fill(batch);
      pass.load(1);
      pass.submitForward();
      const { targets } = pass.batch;
      const values = new Float32Array(
        await this.readback.read([{ source: pass.likelihoods, offset: 0, bytes: targets * Likelihood.bytes }]),
      );
      let target = 0;
      for (const sequence of batch) {
        const of = bySource.get(sequence.source) ?? { nll: 0, tokens: 0 };
        const end = target + PackedBatch.targetsOf(sequence);
        of.tokens += end - target;
        for (; target < end; target++) {
          const logprob = values[target * Likelihood.words + Likelihood.offset.logprob] ?? NaN;
          nll -= logprob;
          of.nll -= logprob;
          entropy += values[target * Likelihood.words + Likelihood.offset.entropy] ?? NaN;
        }
        bySource.set(sequence.source, of);
      }
      tokens += targets;
    }
    return {
      loss: nll / tokens,
      lossBySource: new Map([...bySource].map(([source, of]) => [source, of.nll / of.tokens])),
      entropy: entropy / tokens,
      tokens,
    };
  }

  destroy(): void {
    this.readback.destroy();
  }
}
