/** Models that are not trained: their matrices keep their stored precision. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { Model } from '../model/model.ts';
import { initialWeights, type ResolvedRun, type RunSources } from '../session/resolved-run.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

const FROZEN = { trained: () => false };

export const loadFrozen = (gpu: Gpu, { config, weights }: ModelCheckpoint): Promise<Model> =>
  Model.load(gpu, config, weights, FROZEN);

/** The model that a run started from. */
export function loadStart(gpu: Gpu, run: ResolvedRun): Promise<Model> {
  const { frozen } = run.options;
  return Model.load(gpu, run.model, initialWeights(run), { ...(frozen && { frozen }), ...FROZEN });
}

/** @throws StudioError `input` if it has none, or one that is not supported */
export async function tokenizerOf(
  { name, tokenizerJson, tokenizerFiles, endTokens = [] }: ModelCheckpoint,
  load: RunSources['loadTokenizer'],
): Promise<Tokenizer> {
  if (tokenizerJson === undefined)
    throw new StudioError(
      'input',
      `The checkpoint ${name} has no tokenizer (tokenizer.json).`,
      'Add tokenizer.json to its folder and open the folder again.',
    );
  return load(tokenizerFiles, endTokens, name);
}
