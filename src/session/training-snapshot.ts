/** The state of a run between two steps on the host, from which the run can be resumed. */
import { StudioError } from '../errors.ts';
import { readFloats } from '../gpu/readback.ts';
import type { Model } from '../model/model.ts';
import type { PromptState } from '../rl/prompt-source.ts';
import { RlTrainer } from '../rl/trainer.ts';
import type { SftTrainer } from '../sft/trainer.ts';

export type TrainingPhase = 'sft' | 'rl';

/** Everything needed to resume a run: counters, and float32 buffers in the trained store's layout. */
export interface TrainingSnapshot {
  phase: TrainingPhase;
  /** Completed steps of the phase. */
  step: number;
  /** Completed optimizer updates of the phase. */
  updates: number;
  /** Number of records returned so far. */
  records: number;
  parameters: Float32Array<ArrayBuffer>;
  first: Float32Array<ArrayBuffer>;
  second: Float32Array<ArrayBuffer>;
  reference?: Float32Array<ArrayBuffer>;
  /** Of the RL stage: decides the prompts of later steps. Absent in snapshots of older versions. */
  prompts?: PromptState;
  /** Work after the newest step that a stop interrupted; the resumed run begins with it. */
  due?: DueWork;
}

/** Work that follows a training step, in this order. */
export const DUE_WORK = ['evaluation', 'validation', 'report', 'nextStage'] as const;
export type DueWork = Partial<Record<(typeof DUE_WORK)[number], true>>;

/** The state as it is on the GPU: counters, and the buffers whose contents belong to them until the next update. */
export interface LiveState extends Omit<TrainingSnapshot, StateBuffer> {
  buffers: { name: StateBuffer; buffer: GPUBuffer }[];
  /** Elements of each buffer. */
  count: number;
}

/** Buffers of a snapshot, in the order of its file. */
export const STATE_BUFFERS = ['parameters', 'first', 'second', 'reference'] as const;
export type StateBuffer = (typeof STATE_BUFFERS)[number];

/** The trained weights, AdamW's state and, with KL to it, the reference policy's weights. */
export function liveState(
  { layout, trained }: Model,
  trainer: SftTrainer | RlTrainer,
  counters: Pick<TrainingSnapshot, 'phase' | 'step' | 'records' | 'due'>,
): LiveState {
  const { optimizer } = trainer;
  const reinforced = trainer instanceof RlTrainer;
  const found: Record<StateBuffer, GPUBuffer | undefined> = {
    parameters: trained,
    first: optimizer.first,
    second: optimizer.second,
    reference: reinforced ? trainer.referenceWeights : undefined,
  };
  return {
    ...counters,
    updates: optimizer.updates,
    ...(reinforced && { prompts: trainer.rollouts.prompts.state }),
    buffers: STATE_BUFFERS.flatMap((name) => {
      const buffer = found[name];
      return buffer ? [{ name, buffer }] : [];
    }),
    count: layout.trained.count,
  };
}

/** Reads a state while the run waits. */
export async function readSnapshot(
  { gpu }: Model,
  { buffers, count, ...counters }: LiveState,
): Promise<TrainingSnapshot> {
  const read: Partial<Record<StateBuffer, Float32Array<ArrayBuffer>>> = {};
  for (const { name, buffer } of buffers) read[name] = await readFloats(gpu, buffer, count);
  const { parameters, first, second, reference } = read;
  if (!parameters || !first || !second) throw new Error('a state without weights or moments');
  return { ...counters, parameters, first, second, ...(reference && { reference }) };
}

/** Writes the trained weights, before a trainer is opened. @throws StudioError `input` if they are another model's */
export function restoreWeights(model: Model, { parameters }: TrainingSnapshot): void {
  write(model, model.trained, parameters);
}

/**
 * Writes the state of a trainer that was opened after `restoreWeights`.
 *
 * @throws StudioError `input` without a trainer for the snapshot's phase, or if the state is another model's
 */
export function restoreTrainer(
  model: Model,
  trainer: SftTrainer | RlTrainer | undefined,
  state: TrainingSnapshot,
): void {
  if (!trainer)
    throw new StudioError(
      'input',
      `The saved state is in the ${state.phase} stage, but the config has no ${state.phase}.`,
      'Resume with the config of the run that saved it.',
    );
  write(model, trainer.optimizer.first, state.first);
  write(model, trainer.optimizer.second, state.second);
  trainer.optimizer.updates = state.updates;
  if (!(trainer instanceof RlTrainer)) return;
  trainer.rollouts.prompts.restore(state.prompts, state.step);
  if (trainer.referenceWeights && state.reference) write(model, trainer.referenceWeights, state.reference);
}

function write({ gpu, layout }: Model, buffer: GPUBuffer, values: Float32Array<ArrayBuffer>): void {
  if (values.length !== layout.trained.count)
    throw new StudioError(
      'input',
      `The saved state has ${values.length} trained parameters, but this run has ${layout.trained.count}.`,
      'It belongs to another model: resume with the config of the run that saved it.',
    );
  gpu.device.queue.writeBuffer(buffer, 0, values);
}
