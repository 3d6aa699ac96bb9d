/** Resolves a RunConfig's references: model, tokenizer and task, checked against one another. */
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { atField, inputError, StudioError } from '../errors.ts';
import { initializeTensors } from '../model/weights/initial-weights.ts';
import { type ModelConfig } from '../model/spec/model-config.ts';
import { trainedBeside } from '../model/weights/freezing.ts';
import { checkLora, initializeAdapter } from '../model/weights/lora-tensors.ts';
import type { ModelOptions } from '../model/model.ts';
import { floatSource, type WeightSource } from '../model/weights/weight-source.ts';
import { stream } from '../random.ts';
import type { RunConfig } from '../run/config.ts';
import type { SftExamples } from '../sft/examples.ts';
import { sourceTasks, type SourceTasks } from '../sft/source-tasks.ts';
import { hasTeacher } from '../sft/taught-source.ts';
import { choosesRows, SftStageData } from '../sft/stage-data.ts';
import { ModelTask } from '../tasks/model-task.ts';
import { createTask } from '../tasks/registry.ts';
import type { TaskOptions, TaskSources } from '../tasks/task-sources.ts';
import type { Task } from '../tasks/task.ts';
import { characterTokenizer } from '../text/character-tokenizer.ts';
import { loadTokenizer } from '../text/load-tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { newModel } from './new-model.ts';

/** A run's config with its resolved references, checked against one another once; all preparation takes this. */
export interface ResolvedRun {
  /** Checked, defaults filled in. */
  config: RunConfig;
  /** The checkpoint that `config.model.checkpoint` names; undefined for a randomly initialized model. */
  checkpoint: ModelCheckpoint | undefined;
  model: ModelConfig;
  /** Which weights are trained, how frozen ones are stored, and the matmul precision. */
  options: ModelOptions;
  task: ModelTask;
  tokenizer: Tokenizer;
  /** Of the SFT stage, if there is one, with the data that they are from. */
  examples: SftExamples | undefined;
  sftData: SftStageData | undefined;
}

/** Creates and loads weights of a resolved run. */
export interface RunSources {
  createTask: (config: RunConfig['task'], options?: TaskOptions) => ReturnType<typeof createTask>;
  loadTokenizer: typeof loadTokenizer;
}

/** @param data where the files of tasks are */
export function runSources(data: TaskSources): RunSources {
  return { createTask: (config, options) => createTask(config, data, options), loadTokenizer };
}

/** For runs whose task needs no files. */
export const RUN_SOURCES = runSources({
  data: ({ path }) => Promise.reject(inputError('task.data', `no place for data is open, found ${path}`, 'task.data')),
});

/** The initial weights of a run: the checkpoint's, or initialized with the run's seed. */
export function initialWeights(run: ResolvedRun): WeightSource {
  return run.checkpoint?.weights ?? floatSource(newWeights(run));
}

/** The weights of a model without a checkpoint. */
export const newWeights = ({
  config,
  model,
}: Pick<ResolvedRun, 'config' | 'model'>): ReturnType<typeof initializeTensors> =>
  initializeTensors(model, stream(config.seed, 'weights'));

/** LoRA adapters, initialized with the run's seed; empty for a run without. */
export function initialAdapter({ config, model, options }: ResolvedRun): ReadonlyMap<string, Float32Array> {
  return options.lora ? initializeAdapter(model, options.lora, stream(config.seed, 'adapter')) : new Map();
}

/** Equal for two configs whose resolutions differ only in the config. */
export function resolutionKey({ seed, model, task, memory, compute, sft, rl }: RunConfig): string {
  const { sources, truncation, loss_on: lossOn, validation } = sft ?? {};
  return JSON.stringify([
    model,
    task,
    memory?.frozen_weights,
    compute?.matmul_precision,
    Boolean(sft ?? rl),
    sft && [sources, truncation, lossOn],
    // Teachers write as the seed says, also what the validation loss reads.
    sources?.some(hasTeacher) === true && [seed, validation?.rows],
  ]);
}

async function optionsOf(
  { model: { freeze, lora }, memory, compute, sft, rl }: RunConfig,
  model: ModelConfig,
  checkpoint: ModelCheckpoint | undefined,
): Promise<ModelOptions> {
  if (lora) await atField('model.lora.targets', () => checkLora(model, lora, 'model.lora'));
  const trained = freeze && (await atField('model.freeze', () => trainedBeside(model, freeze, 'model.freeze')));
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

/**
 * Resolves a config without reading or initializing weights.
 *
 * @param config checked
 * @param checkpoint the one that `config.model.checkpoint` names; undefined for a randomly initialized model
 * @throws StudioError `input` when the checkpoint has no tokenizer, or one without the task's characters, or lacks
 *   modules to freeze or adapt; `cancelled`
 */
export async function resolveRun(
  config: RunConfig,
  checkpoint: ModelCheckpoint | undefined,
  sources: RunSources = RUN_SOURCES,
  options: TaskOptions = {},
): Promise<ResolvedRun> {
  const open = (one: RunConfig['task']) => sources.createTask(one, options);
  const task = await atField('task', () => open(config.task));
  const given = config.sft && (await sourceTasks(config.sft, task, config.seed, open));
  const named = { ...config, task: task.config, ...(given && { sft: given.config }) };
  if (!checkpoint) {
    if (!('architecture' in config.model)) throw new Error('a config that names a checkpoint needs it');
    const characters = charactersOf([task, ...(given?.tasks ?? [])]);
    if (!characters)
      throw inputError(
        'model.architecture',
        'a new model has one token per character, and this data has too many different ones; expected a checkpoint ' +
          'with a tokenizer',
        'model.architecture',
      );
    const tokenizer = characterTokenizer(characters);
    const { architecture } = config.model;
    const model = await atField('model.architecture', () => newModel(architecture, tokenizer.vocabularySize));
    return {
      config: named,
      checkpoint,
      model,
      options: await optionsOf(config, model, undefined),
      tokenizer,
      ...(await inTokens(task, given, tokenizer, model, named, options)),
    };
  }
  if (checkpoint.tokenizerJson === undefined) {
    throw new StudioError(
      'input',
      `The checkpoint ${checkpoint.name} has no tokenizer (tokenizer.json), which training on a task needs.`,
      'Add tokenizer.json to its folder. Only score and gradient work without one, on token ids.',
      'model.checkpoint',
    );
  }
  const tokenizer = await atField('model.checkpoint', () =>
    sources.loadTokenizer(checkpoint.tokenizerFiles, checkpoint.endTokens ?? [], checkpoint.name),
  );
  const model = checkpoint.config;
  try {
    const modelOptions = await optionsOf(config, model, checkpoint);
    const data = await inTokens(task, given, tokenizer, model, named, options);
    return { config: named, checkpoint, model, options: modelOptions, tokenizer, ...data };
  } catch (error) {
    if (!(error instanceof StudioError) || error.field !== undefined || error.kind === 'cancelled') throw error;
    throw new StudioError(
      'input',
      `The tokenizer of ${checkpoint.name} cannot encode the task ${config.task.name}: ` +
        error.message.replace(/^text: /, ''),
      'Choose the task that the checkpoint was trained on.',
      'task.name',
    );
  }
}

type Data = Pick<ResolvedRun, 'task' | 'examples' | 'sftData'>;

/** The task and the sources of SFT in a model's tokens. */
async function inTokens(
  task: Task,
  sources: SourceTasks | undefined,
  tokenizer: Tokenizer,
  { vocabularySize, maxPositions: positions }: ModelConfig,
  config: RunConfig,
  options: TaskOptions,
): Promise<Data> {
  const whole = await ModelTask.measure({ task, tokenizer, vocabularySize, positions }, options);
  const data = sources && (await SftStageData.open(sources, task, { tokenizer, vocabularySize, positions }));
  return forStages(whole, data, config);
}

/** Which rows the stages of a run use. */
function forStages(whole: ModelTask, data: SftStageData | undefined, config: RunConfig): Data {
  const { sft, ...others } = config;
  const used = whole.forStages({ ...others, sft: sft && choosesRows(sft) ? undefined : sft });
  // The model is to have room for traces as long as those that it learns.
  const task = used.withResponses(data?.longestTrace ?? 0);
  return { task, sftData: data, examples: sft && data?.examples({ ...config, sft }, task) };
}

/** The characters of several tasks, those of the first one in its order; undefined if one has too many. */
function charactersOf(tasks: readonly (Task | undefined)[]): readonly string[] | undefined {
  const all = tasks.flatMap((task) => (task ? [task.characters] : []));
  return all.every((one) => one !== undefined) ? [...new Set(all.flat())] : undefined;
}

/** The run of another config with the same resolution, see `resolutionKey`. */
export function withConfig(run: ResolvedRun, config: RunConfig): ResolvedRun {
  const { sources } = run.config.sft ?? {};
  const sft = config.sft && { ...config.sft, ...(sources && { sources }) };
  const named = { ...config, task: run.config.task, ...(sft && { sft }) };
  return { ...run, config: named, ...forStages(run.task, run.sftData, named) };
}
