/** d loss / d weight of an objective in float64, from the reference model and the reference objective. */
import type { ReferenceBatch } from './batch.ts';
import type { ReferenceConfig } from './model-family.ts';
import { recordForward, type ReferenceOutput, type ReferenceTensors } from './transformer.ts';
import { evaluateObjective, type ObjectiveResult, type ReferenceObjective } from './objective.ts';

export interface ReferenceStep {
  output: ReferenceOutput;
  result: ObjectiveResult;
  /** By tensor name, row-major, in the tensor's shape, for every tensor of the model. */
  gradients: Map<string, Float64Array>;
}

/** Forward, objective and backward of a batch. */
export function referenceStep(
  config: ReferenceConfig,
  tensors: ReferenceTensors,
  batch: ReferenceBatch,
  objective: ReferenceObjective,
  temperature = 1,
): ReferenceStep {
  const sequences = batch.map((sequence) => sequence.tokens);
  const { output, backward } = recordForward(config, tensors, sequences, temperature);
  const result = evaluateObjective(batch, output, objective);
  return { output, result, gradients: backward(result.logprobSeeds, result.entropySeeds) };
}

/** The gradients of `referenceStep` alone. */
export function referenceGradient(
  config: ReferenceConfig,
  tensors: ReferenceTensors,
  batch: ReferenceBatch,
  objective: ReferenceObjective,
  temperature = 1,
): Map<string, Float64Array> {
  return referenceStep(config, tensors, batch, objective, temperature).gradients;
}
