/** `--model DIR` and `--adapter DIR`: a checkpoint and its adapter as a model on the GPU. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import type { EngineAdapter } from '../checkpoint/model-adapter.ts';
import type { Gpu } from '../gpu/device.ts';
import { Model } from '../model/model.ts';
import { checkTokenIds } from '../text/token-ids.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { required, type Arguments } from './arguments.ts';
import { loadAdapter, loadCheckpoint } from './files.ts';

export interface ModelFiles {
  checkpoint: ModelCheckpoint;
  adapter: EngineAdapter | undefined;
}

/** Opens the checkpoint of --model and, if given, the adapter of --adapter. @throws StudioError `input` */
export async function readModelFiles(given: Arguments, command: string): Promise<ModelFiles> {
  const checkpoint = await loadCheckpoint(required(given, command, 'model'));
  const adapter =
    given.values['adapter'] === undefined
      ? undefined
      : await loadAdapter(required(given, command, 'adapter'), checkpoint);
  return { checkpoint, adapter };
}

/**
 * The base model, frozen if it has an adapter.
 *
 * @param trained false for a model that only scores or generates: its matrices keep their stored precision
 */
export function createModel(
  gpu: Gpu,
  { checkpoint, adapter }: ModelFiles,
  { trained }: { trained: boolean },
): Promise<Model> {
  const options = adapter ? { lora: adapter.lora } : trained ? {} : { trained: () => false };
  return Model.load(gpu, checkpoint.config, checkpoint.weights, options, adapter?.tensors);
}

/**
 * A tokenizer may have more tokens than its model (`<image_soft_token>` of Gemma 3): a text with such a token is
 * refused.
 *
 * @param where the place of the text, for messages
 * @throws StudioError `input` naming the id and the token
 */
export function checkVocabulary(
  tokens: readonly number[],
  where: string,
  { config: { vocabularySize } }: ModelCheckpoint,
  tokenizer: Tokenizer,
): void {
  checkTokenIds(tokens, vocabularySize, tokenizer, where);
}
