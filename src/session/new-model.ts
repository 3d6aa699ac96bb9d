/** The model that a RunConfig describes: Llama's architecture, of any shape, with random weights. */
import { inputError, type StudioError } from '../errors.ts';
import { LARGEST_HEAD, LARGEST_SIZE, type ModelConfig } from '../model/spec/model-config.ts';
import type { ArchitectureConfig } from '../run/config.ts';

/**
 * @param architecture checked field by field (run/config/model.ts)
 * @param vocabularySize of the task's tokenizer
 * @throws StudioError `input` naming the first field that does not fit the others
 */
export function newModel(architecture: ArchitectureConfig, vocabularySize: number): ModelConfig {
  const { hidden_size, heads } = architecture;
  const keyValueHeads = architecture.key_value_heads ?? heads;
  const headDimension = architecture.head_dimension ?? hidden_size / heads;
  const expected = (field: string, what: string, found: number): StudioError =>
    inputError('model.architecture', `${field}: expected ${what}, found ${found}`);
  for (const [field, size] of Object.entries({
    hidden_size,
    layers: architecture.layers,
    heads,
    key_value_heads: keyValueHeads,
    head_dimension: headDimension,
    intermediate_size: architecture.intermediate_size,
    max_positions: architecture.max_positions,
  }))
    if (!Number.isInteger(size) || size > LARGEST_SIZE)
      throw expected(field, `a whole number from 1 to ${LARGEST_SIZE}`, size);
  if (heads % keyValueHeads !== 0) throw expected('key_value_heads', `a divisor of the ${heads} heads`, keyValueHeads);
  if (headDimension > LARGEST_HEAD) throw expected('head_dimension', `at most ${LARGEST_HEAD}`, headDimension);
  if (headDimension % 2 !== 0)
    throw expected('head_dimension', 'an even number (rotary positions turn pairs)', headDimension);
  return {
    architecture: 'llama',
    vocabularySize,
    hiddenSize: hidden_size,
    layers: architecture.layers,
    heads,
    keyValueHeads,
    headDimension,
    intermediateSize: architecture.intermediate_size,
    maxPositions: architecture.max_positions,
    ropeTheta: architecture.rope_theta,
    normEpsilon: architecture.norm_epsilon,
    tiedHead: architecture.tied_head,
  };
}
