/**
 * The memory that a run takes on the adapter, by part: plain data for the command line and the page. Bytes; MB are
 * 10^6.
 */
import type { SftView } from './sft.ts';

export const MEMORY_PARTS = [
  'weights',
  'gradients',
  'moments',
  'activations',
  'KV cache',
  'logits',
  'scratch',
  'batches and token records',
  'readback',
] as const;
export type MemoryPart = (typeof MEMORY_PARTS)[number];

export interface PhaseMemory {
  phase: 'sft' | 'rl' | 'evaluation';
  total: number;
  /**
   * Every buffer of the phase belongs to one part; a buffer that several tensors share belongs to the part of the
   * largest.
   */
  parts: Record<MemoryPart, number>;
  /** Minimum sequences per forward and backward pass, and passes whose gradients add up to an update. */
  sequences: number;
  passes: number;
}

/** The model's weights that are trained or frozen, per precision. */
export interface WeightMemory {
  trained: boolean;
  precision: 'f32' | 'bf16' | 'f16';
  bytes: number;
}

export interface MemoryPlan {
  budget: number;
  weights: WeightMemory[];
  /** Largest buffer that the adapter allows. */
  largestBuffer: number;
  phases: PhaseMemory[];
  /** Bytes of activations, caches, logits and scratch together, with and without shared buffers. */
  shared: number;
  unshared: number;
  recompute: boolean;
}

/** Megabytes with a suitable number of decimals. */
export function megabytesText(bytes: number): string {
  const megabytes = bytes / 1e6;
  return `${megabytes >= 100 ? megabytes.toFixed(0) : megabytes >= 1 ? megabytes.toFixed(1) : megabytes.toFixed(2)} MB`;
}

/** The phase that needs the most memory. */
export function largestPhase(plan: MemoryPlan): PhaseMemory | undefined {
  return plan.phases.reduce<PhaseMemory | undefined>(
    (largest, phase) => (!largest || phase.total > largest.total ? phase : largest),
    undefined,
  );
}

/** How an update is split into passes; undefined if it is not. */
export function passesText({ sequences, passes }: PhaseMemory): string | undefined {
  return passes > 1
    ? `one update in ${passes} passes of at least ${sequences} sequences with accumulated gradients`
    : undefined;
}

/** The model's weights by store and precision. */
export function weightsText(weights: readonly WeightMemory[]): string {
  return weights
    .map(({ trained, precision, bytes }) => `${megabytesText(bytes)} ${trained ? 'trained' : 'frozen'} in ${precision}`)
    .join(', ');
}

/** The plan as a compact block of text. */
export function memoryLines(plan: MemoryPlan): string[] {
  const phases = plan.phases.flatMap((phase) => {
    const parts = MEMORY_PARTS.filter((part) => phase.parts[part] > 0).map(
      (part) => `${part} ${megabytesText(phase.parts[part])}`,
    );
    const notes = [
      `activations, caches, logits and scratch share buffers (${megabytesText(plan.unshared)} without sharing)`,
      plan.recompute ? 'activations recomputed in the backward pass' : undefined,
      passesText(phase),
    ].filter((note) => note !== undefined);
    return [
      `memory of ${phase.phase}: ${megabytesText(phase.total)} of a budget of ${megabytesText(plan.budget)}`,
      `  ${parts.join(', ')}`,
      `  ${notes.join('; ')}`,
    ];
  });
  return [`weights of the model: ${weightsText(plan.weights)}`, ...phases];
}

/** The plan of a recipe, with what its run leaves out of its data, one sentence each. */
export interface RecipePlan extends MemoryPlan {
  notes?: readonly string[];
  /** What SFT trains on, where the recipe has sources, epochs, truncation or a validation loss. */
  sft?: SftView;
}
