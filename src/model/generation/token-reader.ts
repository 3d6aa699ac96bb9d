/** Readings of given tokens: a model's prediction for each token of a text, from the scoring forward pass. */
import { Readback } from '../../gpu/readback.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { PackedBatch } from '../training/batch.ts';
import type { Model } from '../model.ts';
import { addReadings, parseReadings, READING_WORDS, type TokenReading } from './token-readings.ts';
import { TrainingPass } from '../training/training-pass.ts';

export class TokenReader {
  private constructor(
    private readonly pass: TrainingPass,
    private readonly readings: GPUBuffer,
    private readonly readback: Readback,
    /** Maximum tokens of a text. */
    readonly capacity: number,
  ) {}

  /** @param capacity tokens of the longest text, at most `maxPositions` + 1 @throws StudioError `memory` */
  static async create(model: Model, tuner: Tuner, capacity: number): Promise<TokenReader> {
    const rows = Math.max(1, PackedBatch.rowsOf({ tokens: { length: capacity } }));
    const { gpu } = model;
    const readings = gpu.buffer('token readings', rows * READING_WORDS * 4);
    try {
      const pass = await TrainingPass.create(model, tuner, {
        rows,
        targets: rows,
        gradients: false,
        onLogits: (plan, { dims, targets, logits }) => addReadings(plan, model, dims, { targets }, logits, readings),
      });
      return new TokenReader(pass, readings, new Readback(gpu, 'token readings', readings.size), capacity);
    } catch (error) {
      gpu.release(readings);
      throw error;
    }
  }

  /**
   * @param tokens of one text, at most `capacity`
   * @returns readings of tokens[1..]: the first token has no context
   * @throws StudioError `device-lost`
   */
  async read(tokens: readonly number[]): Promise<TokenReading[]> {
    const rows = PackedBatch.rowsOf({ tokens });
    if (rows < 1) return [];
    const { pass } = this;
    pass.batch.fill([{ tokens, firstTarget: 1, index: 0, advantage: 0, lossWeight: 0, nllWeight: 0, positive: false }]);
    pass.load(1);
    pass.submitForward();
    return parseReadings(
      await this.readback.read([{ source: this.readings, offset: 0, bytes: rows * READING_WORDS * 4 }]),
    );
  }

  destroy(): void {
    this.pass.destroy();
    this.readback.destroy();
    this.pass.gpu.release(this.readings);
  }
}
