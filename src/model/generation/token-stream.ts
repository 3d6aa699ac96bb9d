/**
 * Streams one response token by token, each with its reading. The host receives a token before the next is sampled: for
 * interactive use, not for rollouts (generator.ts decodes many at once and reads back per block).
 */
import { Readback } from '../../gpu/readback.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { Generator, type SamplingOptions } from './generator.ts';
import type { Model } from '../model.ts';
import { addReadings, parseReadings, READING_WORDS, type TokenReading } from './token-readings.ts';

export class TokenStream {
  private constructor(
    private readonly generator: Generator,
    private readonly reading: GPUBuffer,
    private readonly readback: Readback,
  ) {}

  /** @param options maximum tokens of a prompt and of a response @throws StudioError `memory` */
  static async create(
    model: Model,
    tuner: Tuner,
    options: { promptTokens: number; responseTokens: number },
  ): Promise<TokenStream> {
    const { gpu } = model;
    const reading = gpu.buffer('token reading', READING_WORDS * 4);
    try {
      const generator = await Generator.create(model, tuner, {
        ...options,
        sequences: 1,
        positions: model.config.maxPositions,
        onLogits: (plan, { dims, rows, logits }) => addReadings(plan, model, dims, { rows }, logits, reading),
      });
      return new TokenStream(generator, reading, new Readback(gpu, 'token reading', reading.size));
    } catch (error) {
      gpu.release(reading);
      throw error;
    }
  }

  /** Whether a prompt and a response of these lengths fit what was planned. */
  holds(promptTokens: number, responseTokens: number): boolean {
    const { options } = this.generator;
    return promptTokens <= options.promptTokens && responseTokens <= options.responseTokens;
  }

  /**
   * Up to `maxTokens` tokens, the end token included. Samples equal those of `Generator.generate` for the same prompt
   * and seed.
   *
   * @param prompt 1 token or more; with the response at most `maxPositions`
   * @throws the signal's reason when it fires; StudioError `device-lost`
   */
  async *respond(prompt: readonly number[], sampling: SamplingOptions): AsyncGenerator<TokenReading> {
    this.generator.start([prompt], sampling, sampling.maxTokens);
    for (let made = 0; made < sampling.maxTokens; made++) {
      sampling.signal?.throwIfAborted();
      this.generator.round();
      const [reading] = parseReadings(
        await this.readback.read([{ source: this.reading, offset: 0, bytes: READING_WORDS * 4 }]),
      );
      if (!reading) throw new Error('a round has one reading');
      yield reading;
      if (sampling.endTokens.includes(reading.token)) return;
    }
  }

  destroy(): void {
    this.generator.destroy();
    this.readback.destroy();
    this.generator.model.gpu.release(this.reading);
  }
}
