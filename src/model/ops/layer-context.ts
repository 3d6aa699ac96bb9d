/** The context in which every operation of a layer plans its dispatches, forward and backward. */
import type { BatchShape } from './batch-shape.ts';
import type { OperandHalves } from './f16-matmul.ts';
import type { Model } from '../model.ts';
import type { Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';

export interface LayerContext {
  readonly model: Model;
  readonly tuner: Tuner;
  /** Dims uniform of the batch, and its rows. */
  readonly dims: GPUBufferBinding;
  readonly rows: GPUBuffer;
  /** Maximum rows of a batch. */
  readonly capacity: number;
  /** Present where the linear layers' matmuls use f16 operands. */
  readonly halves: OperandHalves | undefined;
}

export type LayerPlan = Plan<BatchShape>;

/** A gradient buffer in the parameters' layout, and scratch for partial sums (`layerPartials`). */
export interface GradientTarget {
  gradients: GPUBuffer;
  partials: GPUBuffer;
}

/** Rows of the batch, or of its targets. */
export const rowCount = (shape: BatchShape, ofTargets: boolean): number => (ofTargets ? shape.targets : shape.rows);

/** A constant that must be f32 in WGSL even when its value is a whole number (for example 1 / sqrt(1)). */
export function fractional(value: number): number {
  return Number.isInteger(value) ? value * (1 + Number.EPSILON) : value;
}
