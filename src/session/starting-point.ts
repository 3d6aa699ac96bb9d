/** Where a run starts: the model's weights, its tokenizer and the task, checked against one another. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { inputError, StudioError } from '../errors.ts';
import { checkModelConfig } from '../model/spec/config.ts';
import { initializeTensors } from '../model/weights/initial-weights.ts';
import { type ModelConfig } from '../model/spec/model-config.ts';
import { trainedBeside } from '../model/weights/freezing.ts';
import { checkLora, initializeAdapter } from '../model/weights/lora-tensors.ts';
import type { ModelOptions } from '../model/model.ts';
import { floatSource, type WeightSource } from '../model/weights/weight-source.ts';
import { stream } from '../random.ts';
import type { ArchitectureConfig, RunConfig } from '../run/config.ts';
import { createTask } from '../tasks/registry.ts';
import type { Task } from '../tasks/task.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

export interface StartingOutline {
  config: ModelConfig;
  /** Which weights are trained, how the others are kept, and the precision of matmuls. */
  options: ModelOptions;
  task: Task;
  tokenizer: Tokenizer;
}

export interface StartingPoint extends StartingOutline {
  weights: WeightSource;
  /** Fresh adapters, where they are trained; empty otherwise. */
  adapter: ReadonlyMap<string, Float32Array>;
}

/**
 * @param checkpoint what `config.model.checkpoint` names; undefined for a model made from scratch
 * @throws StudioError `input` when the checkpoint has no tokenizer, or one without the task's characters, or has not
 *   what is to be frozen or adapted
 */
export async function startingPoint(
  config: RunConfig,
  checkpoint: ModelCheckpoint | undefined,
): Promise<StartingPoint> {
  const outline = await startingOutline(config, checkpoint);
  const { config: model, options } = outline;
  const weights = checkpoint?.weights ?? floatSource(initializeTensors(model, stream(config.seed, 'weights')));
  return {
    ...outline,
    weights,
    adapter: options.lora ? initializeAdapter(model, options.lora, stream(config.seed, 'adapter')) : new Map(),
  };
}

function optionsOf(
  { model: { freeze, lora }, memory, compute, sft, rl }: RunConfig,
  model: ModelConfig,
  checkpoint: ModelCheckpoint | undefined,
): ModelOptions {
  if (lora) checkLora(model, lora, 'model.lora');
  const trained = freeze && trainedBeside(model, freeze, 'model.freeze');
  // A run that only evaluates trains nothing.
  const none = !sft && !rl && !lora ? () => false : undefined;
  return {
    ...(lora && { lora }),
    ...((none ?? trained) && { trained: none ?? trained }),
    frozen: memory?.frozen_weights ?? 'stored',
    matmulPrecision: compute?.matmul_precision ?? 'f32',
    ...(checkpoint && { precisionOf: (name) => checkpoint.weights.precisionOf(name) }),
  };
}

/** As `startingPoint`, without making weights: for planning. */
export async function startingOutline(
  config: RunConfig,
  checkpoint: ModelCheckpoint | undefined,
): Promise<StartingOutline> {
  const task = createTask(config.task);
  if (!checkpoint) {
    if (!('architecture' in config.model)) throw new Error('a config that names a checkpoint needs it');
    const tokenizer = characterTokenizer(task.characters);
    const model = modelConfig(config.model.architecture, tokenizer.vocabularySize);
    checkModelConfig(model, 'model.architecture', FIELDS);
    return { config: model, options: optionsOf(config, model, undefined), task, tokenizer };
  }
  if (checkpoint.tokenizerJson === undefined) {
    throw new StudioError(
      'input',
      `The checkpoint ${checkpoint.name} has no tokenizer (tokenizer.json), and training on a task needs one to read and write text.`,
      'Add tokenizer.json to its folder; scoring and gradients of token ids work without.',
    );
  }
  const tokenizer = await loadTokenizer(checkpoint.tokenizerFiles, checkpoint.endTokens ?? [], checkpoint.name);
  if (tokenizer.vocabularySize > checkpoint.config.vocabularySize) {
    throw inputError(
      `${checkpoint.name}/tokenizer.json`,
      `has ${tokenizer.vocabularySize} tokens, more than the model's vocabulary of ${checkpoint.config.vocabularySize}`,
    );
  }
  try {
    tokenizer.encode(task.characters.join(''));
  } catch (error) {
    const reason = error instanceof StudioError ? error.message : String(error);
    throw new StudioError(
      'input',
      `The tokenizer of ${checkpoint.name} cannot write the task ${task.name}: ${reason}`,
      'Choose the task that the checkpoint was trained on.',
    );
  }
  return { config: checkpoint.config, options: optionsOf(config, checkpoint.config, checkpoint), task, tokenizer };
}

/** The names of ModelConfig's fields in a RunConfig, for messages. */
const FIELDS: Partial<Record<keyof ModelConfig, string>> = {
  hiddenSize: 'hidden_size',
  keyValueHeads: 'key_value_heads',
  headDimension: 'head_dimension',
  intermediateSize: 'intermediate_size',
  maxPositions: 'max_positions',
};

function modelConfig(architecture: ArchitectureConfig, vocabularySize: number): ModelConfig {
  const { hidden_size, heads } = architecture;
  return {
    architecture: 'llama',
    vocabularySize,
    hiddenSize: hidden_size,
    layers: architecture.layers,
    heads,
    keyValueHeads: architecture.key_value_heads ?? heads,
    headDimension: architecture.head_dimension ?? hidden_size / heads,
    intermediateSize: architecture.intermediate_size,
    maxPositions: architecture.max_positions,
    ropeTheta: architecture.rope_theta,
    normEpsilon: architecture.norm_epsilon,
    tiedHead: architecture.tied_head,
  };
}
