/** `--model DIR` and `--adapter DIR`: a checkpoint, and what adapts it, as a model on the GPU. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import type { EngineAdapter } from '../checkpoint/model-adapter.ts';
import type { Gpu } from '../gpu/device.ts';
import { Model } from '../model/model.ts';
import { required, type Arguments } from './arguments.ts';
import { loadAdapter, loadCheckpoint } from './files.ts';

export interface ModelFiles {
  checkpoint: ModelCheckpoint;
  adapter: EngineAdapter | undefined;
}

/** Reads what --model and, where it is given, --adapter name. @throws StudioError `input` */
export async function readModelFiles(given: Arguments, command: string): Promise<ModelFiles> {
  const checkpoint = await loadCheckpoint(required(given, command, 'model'));
  const adapter =
    given.values['adapter'] === undefined
      ? undefined
      : await loadAdapter(required(given, command, 'adapter'), checkpoint);
  return { checkpoint, adapter };
}

/**
 * The base, frozen where an adapter stands beside it.
 *
 * @param trained false for a model that only scores or generates: its matrices are kept as they are stored
 */
export function createModel(
  gpu: Gpu,
  { checkpoint, adapter }: ModelFiles,
  { trained }: { trained: boolean },
): Promise<Model> {
  const options = adapter ? { lora: adapter.lora } : trained ? {} : { trained: () => false };
  return Model.load(gpu, checkpoint.config, checkpoint.weights, options, adapter?.tensors);
}
