/**
 * The memory plan of a run, made before anything is allocated: the run is built on a Gpu that only counts, by the same
 * code that builds the real one.
 *
 * A minibatch that would not fit is halved into passes with summed gradients until it fits; a run that still does not
 * fit is refused with numbers. WebGPU does not report a device's memory, so the limit is a budget: the config's, or a
 * default.
 */
import { StudioError } from '../errors.ts';
import { CountingGpu, type CountedBuffer } from '../gpu/counting-gpu.ts';
import type { Gpu } from '../gpu/device.ts';
import { Model } from '../model/model.ts';
import { LastGood } from '../objective/last-good.ts';
import { AnyVariant, ScratchArenaDraft, type BufferDemand } from '../model/scratch-arena.ts';
import type { RunConfig } from '../run/config.ts';
import {
  MEMORY_PARTS,
  megabytesText,
  type MemoryPart,
  type MemoryPlan,
  type PhaseMemory,
  type WeightMemory,
} from '../views/memory.ts';
import { RlTrainer } from '../rl/trainer.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';
import { NO_GRADER } from '../tasks/task-grader.ts';
import { SftTrainer } from '../sft/trainer.ts';
import { Evaluator } from './evaluation.ts';
import { ReportTaker } from './report-taker.ts';
import type { ResolvedRun } from './resolved-run.ts';
import { largestParts, sentence, waysToLower } from './memory-advice.ts';
import { assertSolutionsFit } from './solution-length.ts';

export interface PlannedMemory {
  plan: MemoryPlan;
  /** Buffers of the arena that all phases share. */
  arena: BufferDemand[];
  /** Sequences per pass, where a minibatch is split. */
  sequences: { sft?: number; rl?: number };
  /** Whether trainers keep copies of weights and optimizer state for a step that fails (last-good.ts). */
  keepGood: boolean;
  /** A copy of the state of training: number of buffers, and bytes of each. */
  state: { buffers: number; bytes: number };
}

/**
 * Copies for a step that fails take at most this share of the budget, and only what nothing else of the run needs: at
 * 4000 MB, runs of up to 830,000 trained parameters have them.
 */
const KEPT_SHARE = 0.005;

/** Fields of stages that affect no buffer. */
const WITHOUT_MEMORY = new Set([
  'steps',
  'epochs',
  'every',
  'wrong_fraction',
  'temperature',
  'advantage',
  'filter_groups',
  'max_num_gen_batches',
  'overlong_filter',
  'curriculum',
  'curriculum_floor',
  'curriculum_memory',
  'reference_update_every',
  'reference_mixup_alpha',
  'learning_rate',
  'schedule',
  'warmup_steps',
  'min_learning_rate',
  'weight_decay',
  'adam_beta1',
  'adam_beta2',
  'adam_epsilon',
  'gradient_clip',
]);

/** Equal for two configs with equal memory plans: ignores names, learning rates, and a strategy's parameters. */
export function memoryKey({ name: _, sft, rl, evaluation, ...rest }: RunConfig): string {
  const sized = (stage: object | undefined) =>
    stage && Object.entries(stage).filter(([field]) => !WITHOUT_MEMORY.has(field));
  const strategy = JSON.stringify(rl && resolveStrategy(rl.strategy), (_field, value: unknown) =>
    typeof value === 'number' ? 0 : value,
  );
  return JSON.stringify([rest, sized(sft), sized(rl && { ...rl, strategy }), sized(evaluation)]);
}

type Trained = 'sft' | 'rl';

/** Memory category of a buffer by its label; the first match counts. */
const PARTS: [pattern: RegExp, part: MemoryPart][] = [
  [/readback$/, 'readback'],
  [/moment/, 'moments'],
  [
    /^((last good )?trained parameters|frozen parameters|rotary angles|(last good )?reference weights|copy of trained weights|frozen weights)$/,
    'weights',
  ],
  [/^gradient(s$| inside| unclipped)/, 'gradients'],
  [/^(activations|generation) /, 'activations'],
  [/^(prompt )?cache /, 'KV cache'],
  [/logits$/, 'logits'],
  [/^(scratch|product sizes|gradient norm|statistics parts|split)/, 'scratch'],
];
const partOf = (label: string): MemoryPart =>
  PARTS.find(([pattern]) => pattern.test(label))?.[1] ?? 'batches and token records';

/** Half of the memory that the browser reports (at most 8 GiB), or 4 GB if it reports none. */
export function defaultBudget(): number {
  const told =
    typeof navigator === 'undefined' ? undefined : (navigator as Navigator & { deviceMemory?: number }).deviceMemory;
  return told === undefined ? 4e9 : (told * 2 ** 30) / 2;
}

/**
 * @param gpu whose limits count; nothing is allocated on it
 * @param options.freeze the run keeps its last minibatch for `whatIf`
 * @param options.keepGood false for a run whose weights nobody needs once it has failed
 * @throws StudioError `input` when solutions are longer than the model's positions; `memory` when the run does not fit,
 *   with the largest parts and the fields to lower
 */
export async function planMemory(
  gpu: Gpu,
  run: ResolvedRun,
  { freeze = false, keepGood = true }: { freeze?: boolean; keepGood?: boolean } = {},
): Promise<PlannedMemory> {
  assertSolutionsFit(run);
  const { config } = run;
  const budget = (config.memory?.budget_mb ?? defaultBudget() / 1e6) * 1e6;
  const { limits } = gpu.device;
  const sequences: PlannedMemory['sequences'] = {};
  for (const phase of ['sft', 'rl'] as const)
    if (config[phase]) sequences[phase] = Math.min(minibatchOf(config, phase), config.memory?.micro_batch ?? Infinity);
  let keptBytes = keepGood ? budget * KEPT_SHARE : 0;
  for (;;) {
    const counted = await count(gpu, run, sequences, { freeze, keepGood: keptBytes });
    const tooLarge = counted.refused ?? counted.phases.find(({ total }) => total > budget);
    if (tooLarge && counted.keepGood) {
      keptBytes = 0;
      continue;
    }
    if (!tooLarge) {
      const { phases, draft } = counted;
      const shared = draft.demands.reduce((sum, { bytes }) => sum + bytes, 0);
      const plan: MemoryPlan = {
        budget,
        weights: counted.weights,
        largestBuffer: Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize),
        phases,
        shared,
        unshared: draft.unshared,
        recompute: config.memory?.recompute ?? false,
      };
      return { plan, arena: draft.demands, sequences, keepGood: counted.keepGood, state: counted.state };
    }
    const cut = smaller(config, sequences, tooLarge.phase);
    if (!cut) throw 'error' in tooLarge ? tooLarge.error : overBudget(tooLarge, budget, config);
  }
}

/** Sequences of a minibatch of a phase. */
function minibatchOf({ sft, rl }: RunConfig, phase: Trained): number {
  return phase === 'sft'
    ? (sft?.batch_size ?? 0)
    : Math.ceil((rl?.prompts ?? 0) / (rl?.minibatches ?? 1)) * (rl?.responses ?? 0);
}

/**
 * Halves the pass of the phase that does not fit, or of the other one (they share a arena). @returns false when there
 * is nothing to halve
 */
function smaller(config: RunConfig, sequences: PlannedMemory['sequences'], phase: PhaseMemory['phase']): boolean {
  if (config.memory?.micro_batch !== undefined) return false;
  const order: Trained[] = phase === 'sft' ? ['sft', 'rl'] : ['rl', 'sft'];
  const found = order.find((candidate) => (sequences[candidate] ?? 1) > 1);
  if (found) sequences[found] = Math.ceil((sequences[found] ?? 1) / 2);
  return found !== undefined;
}

interface Counted {
  weights: WeightMemory[];
  phases: PhaseMemory[];
  draft: ScratchArenaDraft;
  keepGood: boolean;
  state: PlannedMemory['state'];
  refused?: { phase: PhaseMemory['phase']; error: StudioError };
}

/** Builds the run, phase by phase, on a Gpu that counts. @param options.keepGood maximum bytes of copies */
async function count(
  gpu: Gpu,
  { config, model: modelConfig, options: modelOptions, task, tokenizer, examples }: ResolvedRun,
  sequences: PlannedMemory['sequences'],
  options: { freeze: boolean; keepGood: number },
): Promise<Counted> {
  const counting = new CountingGpu(gpu.device, gpu.adapter, gpu.options);
  const tuner = new AnyVariant(counting);
  const draft = new ScratchArenaDraft(counting);
  const built: { phase: PhaseMemory['phase']; buffers: CountedBuffer[] }[] = [];
  let phase: PhaseMemory['phase'] = 'evaluation';
  let weights: WeightMemory[] = [];
  let keepGood = false;
  const state = { buffers: 0, bytes: 0 };
  try {
    const model = Model.outline(counting, modelConfig, modelOptions);
    weights = model.weightBytes;
    keepGood = LastGood.bytes(model, Number((config.rl?.reference_update_every ?? 0) > 0)) <= options.keepGood;
    const asked = { model, tuner, task, grader: NO_GRADER, tokenizer, config, arena: draft };
    await Evaluator.create(asked);
    await ReportTaker.create(asked);
    const parts = { model, tuner, task, grader: NO_GRADER, tokenizer, seed: config.seed };
    if (!config.sft && !config.rl) built.push({ phase, buffers: [...counting.counted] });
    for (phase of ['sft', 'rl'] as const) {
      const recompute = config.memory?.recompute ?? false;
      const memory = { sequences: sequences[phase] ?? 0, recompute, keepGood, arena: draft };
      const trainer =
        phase === 'sft'
          ? config.sft && examples && (await SftTrainer.create({ ...parts, examples, config: config.sft, memory }))
          : config.rl && (await RlTrainer.open({ ...parts, config: config.rl, memory }));
      if (!trainer) continue;
      if (options.freeze && phase === 'rl')
        for (const label of ['frozen weights', 'frozen first moment', 'frozen second moment'])
          counting.largeBuffer(label, model.layout.trained.count * 4);
      built.push({ phase, buffers: [...counting.counted] });
      // Weights and moments, and those of the reference.
      const reference = phase === 'rl' && (config.rl?.kl_coefficient ?? 0) > 0;
      state.buffers = Math.max(state.buffers, reference ? 4 : 3);
      state.bytes = bufferBytes(model.layout.trained.count * 4);
      trainer.destroy();
    }
    for (const { label, bytes } of draft.demands) counting.buffer(label, bytes);
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'memory') throw error;
    return { weights, phases: [], draft, keepGood, state, refused: { phase, error } };
  }
  const shared = draft.demands.map(({ label, bytes }) => ({ label, size: bufferBytes(bytes) }));
  return {
    weights,
    draft,
    keepGood,
    state,
    phases: built.map((one) => ({
      phase: one.phase,
      ...inParts([...one.buffers, ...shared]),
      ...cutOf(config, one.phase, sequences),
    })),
  };
}

/** Bytes of the buffer that `Gpu` creates. */
const bufferBytes = (bytes: number): number => Math.max(16, Math.ceil(bytes / 16) * 16);

function inParts(buffers: readonly CountedBuffer[]): Pick<PhaseMemory, 'total' | 'parts'> {
  const parts = Object.fromEntries(MEMORY_PARTS.map((part) => [part, 0])) as Record<MemoryPart, number>;
  for (const { label, size } of buffers) parts[partOf(label)] += size;
  return { total: buffers.reduce((sum, { size }) => sum + size, 0), parts };
}

function cutOf(
  config: RunConfig,
  phase: PhaseMemory['phase'],
  chosen: PlannedMemory['sequences'],
): Pick<PhaseMemory, 'sequences' | 'passes'> {
  const sequences = phase === 'evaluation' ? 0 : (chosen[phase] ?? 0);
  return {
    sequences,
    passes: phase === 'evaluation' || sequences === 0 ? 0 : Math.ceil(minibatchOf(config, phase) / sequences),
  };
}

function overBudget(phase: PhaseMemory, budget: number, config: RunConfig): StudioError {
  return new StudioError(
    'memory',
    `The ${phase.phase} stage needs ${megabytesText(phase.total)} on the adapter (${largestParts(phase)}), over the ` +
      `budget of ${megabytesText(budget)}.`,
    sentence([...waysToLower(phase, config), 'raise memory.budget_mb if the adapter has more memory']),
    'memory.budget_mb',
  );
}
