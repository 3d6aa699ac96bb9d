/** Freezes a model's weights by group: the names of groups in a run's config, and the weights that they select. */
import { inputError } from '../../errors.ts';
import type { ModelConfig } from '../spec/model-config.ts';
import { tensorSpecs } from '../spec/tensors.ts';

/**
 * `embeddings` (tokens and positions), `head`, `norms` (all of them), `layers:N` or `layers:N-M`; layers count from 0.
 */
const GROUP = /^(embeddings|head|norms|layers:\d+(-\d+)?)$/;

/** Layers that a group names; undefined for a group that names no layers. */
function layersOf(group: string): { first: number; last: number } | undefined {
  const [, first, last] = /^layers:(\d+)(?:-(\d+))?$/.exec(group) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last ?? first) };
}

function holds(group: string, key: string, { tiedHead }: ModelConfig): boolean {
  const range = layersOf(group);
  if (range) {
    const layer = Number(/^\d+(?=\.)/.exec(key)?.[0] ?? NaN);
    return layer >= range.first && layer <= range.last;
  }
  if (group === 'norms') return /norm/i.test(key);
  if (group === 'embeddings') return key === 'embedding' || key === 'positions';
  // A tied head is the embedding matrix.
  return key === (tiedHead ? 'embedding' : 'head');
}

/**
 * The predicate of trained weights, for `LayoutOptions.trained`, if groups are frozen.
 *
 * @param where the field, for messages
 * @throws StudioError `input` for an unknown group, for layers that the model does not have, or if nothing is left to
 *   train
 */
export function trainedBeside(config: ModelConfig, groups: readonly string[], where: string): (key: string) => boolean {
  for (const group of groups) {
    if (!GROUP.test(group))
      throw inputError(
        where,
        `"${group}" is not a group of weights; expected embeddings, head, norms, layers:N or layers:N-M`,
      );
    const range = layersOf(group);
    if (range && range.first > range.last) throw inputError(where, `"${group}": the first layer is behind the last`);
    if (range && range.last >= config.layers)
      throw inputError(
        where,
        `"${group}": the model has ${config.layers} layers, numbered from 0 to ${config.layers - 1}`,
      );
  }
  const trained = (key: string) => !groups.some((group) => holds(group, key, config));
  if (!tensorSpecs(config).some(({ parts }) => parts.some(({ key }) => trained(key))))
    throw inputError(where, 'nothing is left to train: every weight is in one of these groups');
  return trained;
}
