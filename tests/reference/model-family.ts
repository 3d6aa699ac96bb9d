/** What the float64 reference of a family of models offers. */
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import type { Matrix, Tape } from './tape.ts';

/** A model's configuration; Llama, and 64 positions, where it does not say. */
export type ReferenceConfig = Omit<ModelConfig, 'architecture' | 'maxPositions'> &
  Partial<Pick<ModelConfig, 'architecture' | 'maxPositions'>>;

/** A weight by its name in the checkpoint; throws when there is none. */
export type WeightOf = (name: string) => Matrix;

export interface Family {
  /** Every tensor of a checkpoint with its shape; vectors have one dimension. */
  shapes(config: ReferenceConfig): [name: string, shape: number[]][];
  /** Logits [T, V] after each of `ids`, the first of which is at position 0. */
  logits(tape: Tape, config: ReferenceConfig, weight: WeightOf, ids: readonly number[]): Matrix;
}
