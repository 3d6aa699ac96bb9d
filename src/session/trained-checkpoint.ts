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
import { tensorSpecs } from '../model/spec/tensors.ts';
import { widened } from '../model/weights/f16-conversion.ts';
import { parameterLayout } from '../model/weights/layout.ts';
import { loraModules, mergeAdapter, mergeWeight } from '../model/weights/lora-tensors.ts';
import { unpackTrained } from '../model/weights/packing.ts';
import type { RunConfig } from '../run/config.ts';
import { initialWeights, type ResolvedRun } from './resolved-run.ts';
import type { RunSession } from './session.ts';

export async function trainedCheckpoint(session: RunSession): Promise<Checkpoint> {
  const { lora } = session.config.model;
  const tensors = await session.model.read();
  return {
    ...trainedText(session.run),
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
  yield* streamFiles(trainedText(session.run), read, options);
}

/** The trained policy of a kept state, from its parameters: no GPU is needed. */
export async function checkpointOfState(run: ResolvedRun, parameters: Float32Array): Promise<Checkpoint> {
  const { model, options } = run;
  const { lora, frozen = 'stored' } = options;
  const layout = parameterLayout(model, options);
  const tensors = unpackTrained(layout.tensors, parameters);
  const rest = tensorSpecs(model).filter(({ name }) => !tensors.has(name));
  if (rest.length > 0)
    for await (const { name, values } of initialWeights(run).tensors(rest)) {
      // As the run used them: rounded if the config says so.
      const stored = values(frozen === 'stored' ? 'f32' : frozen);
      tensors.set(
        name,
        stored instanceof Float32Array
          ? (stored as Float32Array<ArrayBuffer>)
          : widened(stored, frozen === 'f16' ? 'f16' : 'bf16'),
      );
    }
  return {
    ...trainedText(run),
    tensors: lora ? mergeAdapter(model, lora, tensors, unpackTrained(layout.loraTensors, parameters)) : tensors,
  };
}

/** Everything of a trained policy except its weights. */
export function trainedText({ config, model, tokenizer, checkpoint: origin }: ResolvedRun): ExportedText {
  const files = tokenizer.files();
  const tokenizerJson = files.find((file) => file.path === 'tokenizer.json')?.text;
  return {
    name: config.name,
    config: model,
    ...(tokenizerJson !== undefined && { tokenizerJson }),
    tokenizerFiles: files,
    ...(origin?.generationConfig !== undefined && { generationConfig: origin.generationConfig }),
    ...(origin?.configFields && { configFields: origin.configFields }),
    task: config.task,
    description: origin
      ? `${origin.name}, trained further by the run ${config.name}.`
      : `Trained by the run ${config.name}.`,
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
