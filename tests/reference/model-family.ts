/** Interface of the float64 reference of a family of models. */
import type { ModelConfig } from '../../src/model/spec/model-config.ts';
import type { Matrix, Tape } from './tape.ts';

/** A model's configuration; defaults are Llama and 64 positions. */
export type ReferenceConfig = Omit<ModelConfig, 'architecture' | 'maxPositions'> &
  Partial<Pick<ModelConfig, 'architecture' | 'maxPositions'>>;

/** A weight by its name in the checkpoint; throws if it does not exist. */
export type WeightOf = (name: string) => Matrix;

export interface Family {
  /** Every tensor of a checkpoint with its shape; vectors have one dimension. */
  shapes(config: ReferenceConfig): [name: string, shape: number[]][];
  /** Logits [T, V] after each of `ids`, the first of which is at position 0. */
  logits(tape: Tape, config: ReferenceConfig, weight: WeightOf, ids: readonly number[]): Matrix;
}
