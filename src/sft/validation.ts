/** The loss on held-out examples, which changes no weights. */
import { submit } from '../gpu/kernel.ts';
import { Readback } from '../gpu/readback.ts';
import type { BatchSequence } from '../model/training/batch.ts';
import type { TrainingPass } from '../model/training/training-pass.ts';
import { Likelihood } from '../model/records.ts';

export interface ValidationLoss {
  /** Mean negative log-likelihood per target token, nats: the sum over all tokens divided by their number. */
  loss: number;
  /** Mean entropy of the model over the target tokens, nats. */
  entropy: number;
  /** Target tokens. */
  tokens: number;
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
  async measure(sequences: readonly BatchSequence[], signal?: AbortSignal): Promise<ValidationLoss> {
    const { pass } = this;
    let [nll, entropy, tokens] = [0, 0, 0];
    for (const batch of pass.batch.cut(sequences)) {
      signal?.throwIfAborted();
      pass.batch.fill(batch);
      pass.load(1);
      submit(pass.gpu, (compute) => pass.encodeForward(compute));
      const { targets } = pass.batch;
      const values = new Float32Array(
        await this.readback.read([{ source: pass.likelihoods, offset: 0, bytes: targets * Likelihood.bytes }]),
      );
      for (let i = 0; i < targets; i++) {
        nll -= values[i * Likelihood.words + Likelihood.offset.logprob] ?? NaN;
        entropy += values[i * Likelihood.words + Likelihood.offset.entropy] ?? NaN;
      }
      tokens += targets;
    }
    return { loss: nll / tokens, entropy: entropy / tokens, tokens };
  }

  destroy(): void {
    this.readback.destroy();
  }
}
