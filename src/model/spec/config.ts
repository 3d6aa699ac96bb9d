/** Checks of a ModelConfig: sizes, and options that exclude one another. */
import { inputError } from '../../errors.ts';
import { ARCHITECTURES } from './architectures/catalog.ts';
import type { ModelConfig } from './model-config.ts';

/** Largest value of any size; a larger one is a mistake in the config. */
const LARGEST = 10_000_000;

/**
 * @param where the config's name in messages, for example `config.json`
 * @param names field names in that source, by the names here
 * @throws StudioError `input` naming the first incorrect field
 */
export function checkModelConfig(
  config: ModelConfig,
  where: string,
  names: Partial<Record<keyof ModelConfig, string>> = {},
): void {
  const nameOf = (field: keyof ModelConfig) => names[field] ?? field;
  const expected = (field: keyof ModelConfig, what: string) =>
    inputError(where, `${nameOf(field)}: expected ${what}, found ${JSON.stringify(config[field])}`);
  for (const field of [
    'vocabularySize',
    'hiddenSize',
    'layers',
    'heads',
    'keyValueHeads',
    'headDimension',
    'intermediateSize',
    'maxPositions',
  ] as const) {
    const value = config[field];
    if (!Number.isInteger(value) || value < 1 || value > LARGEST)
      throw inputError(where, `${nameOf(field)}: expected a whole number from 1 to ${LARGEST}, found ${value}`);
  }
  for (const field of ['ropeTheta', 'slidingRopeTheta', 'normEpsilon', 'attentionScale', 'embeddingScale'] as const) {
    const value = config[field];
    if (value !== undefined && (!Number.isFinite(value) || value <= 0))
      throw inputError(where, `${nameOf(field)}: expected a positive number, found ${value}`);
  }
  const { heads, keyValueHeads, headDimension, slidingWindow } = config;
  if (heads % keyValueHeads !== 0) throw expected('keyValueHeads', `a divisor of the ${heads} heads`);
  if (headDimension > 256) throw expected('headDimension', 'at most 256');
  const { positions, names: tensors, gated, activation: usual } = ARCHITECTURES[config.architecture];
  if ('fused' in tensors.queryKeyValue && heads !== keyValueHeads)
    throw expected('keyValueHeads', `${heads}, as many as heads (its projection is one matrix)`);
  if ((config.activation ?? usual) === 'silu' && !gated) throw expected('activation', 'GELU where the MLP has no gate');
  if (positions === 'rotary') {
    const turning = config.rotaryDimensions ?? headDimension;
    if (turning % 2 !== 0)
      throw expected(
        config.rotaryDimensions === undefined ? 'headDimension' : 'rotaryDimensions',
        'an even number (rotary positions turn pairs)',
      );
    if (turning < 2 || turning > headDimension)
      throw expected('rotaryDimensions', `from 2 to a head's ${headDimension}`);
  }
  if (
    slidingWindow &&
    (!Number.isInteger(slidingWindow.size) || slidingWindow.size < 1 || slidingWindow.layers.length !== config.layers)
  )
    throw expected('slidingWindow', `a size of at least 1 and an entry for each of the ${config.layers} layers`);
}
