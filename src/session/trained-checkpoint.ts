/**
 * The policy of a session as saveable files: a whole checkpoint with adapters merged into it, and the adapters alone.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import {
  streamFiles,
  type ExportedText,
  type ExportOptions,
  type StreamedFile,
} from '../checkpoint/export-checkpoint.ts';
import { adapterOf, type AdapterBase } from '../checkpoint/model-adapter.ts';
import type { LoraAdapter } from '../checkpoint/peft-adapter.ts';
import { loraModules, mergeAdapter, mergeWeight } from '../model/weights/lora-tensors.ts';
import type { RunConfig } from '../run/config.ts';
import type { RunSession } from './session.ts';

export async function trainedCheckpoint(session: RunSession): Promise<Checkpoint> {
  const { lora } = session.config.model;
  const tensors = await session.model.read();
  return {
    ...trainedText(session),
    tensors: lora ? mergeAdapter(session.modelConfig, lora, tensors, await session.model.readLora()) : tensors,
  };
}

/** The same as a stream of files; each weight is read from the GPU (and merged) when it is written. */
export async function* trainedFiles(session: RunSession, options: ExportOptions): AsyncGenerator<StreamedFile> {
  const { lora } = session.config.model;
  const { model, modelConfig } = session;
  const adapter = await model.readLora();
  const modules = new Map(lora ? loraModules(modelConfig, lora).map((module) => [module.weight.name, module]) : []);
  const read = async (name: string) => {
    const base = await model.readTensor(name);
    const module = modules.get(name);
    return lora && module ? mergeWeight(module, lora, base, adapter) : base;
  };
  yield* streamFiles(trainedText(session), read, options);
}

function trainedText(session: RunSession): ExportedText {
  const origin = session.run.checkpoint;
  const files = session.tokenizer.files();
  const tokenizerJson = files.find((file) => file.path === 'tokenizer.json')?.text;
  return {
    name: session.config.name,
    config: session.modelConfig,
    ...(tokenizerJson !== undefined && { tokenizerJson }),
    tokenizerFiles: files,
    ...(origin?.generationConfig !== undefined && { generationConfig: origin.generationConfig }),
    ...(origin?.configFields && { configFields: origin.configFields }),
    task: session.config.task,
    description: origin
      ? `${origin.name}, trained further by the run ${session.config.name}.`
      : `Trained by the run ${session.config.name}.`,
  };
}

/** A run's trained adapters, for PEFT's files; undefined for a run without adapters. */
export async function trainedAdapter(session: RunSession): Promise<LoraAdapter | undefined> {
  const { lora } = session.config.model;
  if (!lora) return undefined;
  return adapterOf(session.modelConfig, { lora, tensors: await session.model.readLora() }, baseOf(session.config));
}

/** The base as transformers would load it: a hub model by its name and commit, a folder by its path. */
function baseOf({ model }: RunConfig): AdapterBase {
  if (!('checkpoint' in model)) return { name: '', revision: '' };
  const [, name, revision] = /^hub:(.+)@([0-9a-f]{40})$/.exec(model.checkpoint) ?? [];
  return name === undefined
    ? { name: model.checkpoint.replace(/^(embedded|local):/, ''), revision: '' }
    : { name, revision: revision ?? '' };
}
