/** `--model DIR` and `--adapter DIR`: a checkpoint, and what adapts it, as a model on the GPU. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { EngineAdapter } from '../checkpoint/model-adapter.ts';
import type { Gpu } from '../gpu/device.ts';
import { Model } from '../model/model.ts';
import { required, type Arguments } from './arguments.ts';
import { loadAdapter, loadCheckpoint } from './files.ts';

export interface ModelFiles {
  checkpoint: Checkpoint;
  adapter: EngineAdapter | undefined;
}

/** Reads what --model and, where it is given, --adapter name. @throws StudioError `input` */
export async function readModelFiles(given: Arguments, command: string): Promise<ModelFiles> {
  const checkpoint = await loadCheckpoint(required(given, command, 'model'));
  const adapter = given.values['adapter'] === undefined ? undefined : await loadAdapter(required(given, command, 'adapter'), checkpoint);
  return { checkpoint, adapter };
}

/** The base, frozen where an adapter stands beside it. */
export function createModel(gpu: Gpu, { checkpoint, adapter }: ModelFiles): Promise<Model> {
  if (!adapter) return Model.create(gpu, checkpoint.config, checkpoint.tensors);
  return Model.create(gpu, checkpoint.config, new Map([...checkpoint.tensors, ...adapter.tensors]), { lora: adapter.lora });
}
