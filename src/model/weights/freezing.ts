/**
 * Freezing a model's weights by group: names of groups as they stand in a run's config, and which weights they mean.
 */
import { inputError } from '../../errors.ts';
import type { ModelConfig } from '../spec/model-config.ts';
import { tensorSpecs } from '../spec/tensors.ts';

/**
 * `embeddings` (tokens and positions), `head`, `norms` (all of them), `layers:N` or `layers:N-M`; layers count from 0.
 */
const GROUP = /^(embeddings|head|norms|layers:\d+(-\d+)?)$/;

/** Layers that a group names; undefined for one that names none. */
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
  // A tied head is the embedding's matrix.
  return key === (tiedHead ? 'embedding' : 'head');
}

/**
 * Which weights are trained when groups are frozen, as `LayoutOptions.trained` wants it.
 *
 * @param where the field, for messages
 * @throws StudioError `input` for a group that is none, layers that the model has not, or when nothing is left to train
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
