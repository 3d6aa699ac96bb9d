/**
 * Matmuls with a weight matrix, however it is stored: in 16 bit, or in slices of its rows where it exceeds the binding
 * limit.
 *
 *   y = x W^T      a slice gives some columns of y
 *   dx = dy W      slices give partial sums, accumulated from slice to slice
 *   dW += dy^T x   a slice is the gradient of some columns of dy
 *
 * Slices change no bit of y and dx. With `halves` the operands are rounded to 16 bit first (f16-matmul.ts).
 */
import type { Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import { roundOperands, type OperandHalves } from './f16-matmul.ts';
import type { Region } from '../weights/region.ts';
import { addProduct, addWeightGradient, type Product } from './matmul.ts';
import { type BatchShape } from './batch-shape.ts';
import type { Model } from '../model.ts';
import { mostPieces } from './sum-pieces.ts';

/** Arguments that all three share: W is a region [out, in]. */
export interface WeightProduct extends Pick<Product, 'label' | 'capacity' | 'fromTargets' | 'dims'> {
  model: Model;
  tuner: Tuner;
  weight: Region;
  halves?: OperandHalves | undefined;
}

type Rows = GPUBuffer | GPUBufferBinding;

/** y = x W^T (+ residual). x [N, in], y [N, out] */
export async function addForwardProduct(
  plan: Plan<BatchShape>,
  { model, tuner, weight, halves, ...shared }: WeightProduct,
  x: Rows,
  y: Rows,
  residual?: GPUBuffer,
): Promise<void> {
  const { precision, slices } = model.matrix(weight);
  for (const { first, rows, binding } of slices) {
    const product = {
      ...shared,
      form: 'nt' as const,
      columns: rows,
      inner: weight.columns,
      a: x,
      b: binding,
      precision,
      c: y,
      cPart: { width: weight.rows, first },
      ...(residual && { residual }),
    };
    await addProduct(plan, tuner, halves ? await roundOperands(plan, tuner, halves, product) : product);
  }
}

/** dx = dy W (+ residual). dy [N, out], dx [N, in] */
export async function addInputGradient(
  plan: Plan<BatchShape>,
  { model, tuner, weight, halves, ...shared }: WeightProduct,
  dy: Rows,
  dx: Rows,
  residual?: GPUBuffer,
): Promise<void> {
  const { precision, slices } = model.matrix(weight);
  for (const { first, rows, binding } of slices) {
    // Added when the sum is complete, as for an unsliced product.
    const added = residual && first + rows === weight.rows ? { residual } : {};
    const product = {
      ...shared,
      form: 'nn' as const,
      columns: weight.columns,
      inner: rows,
      a: dy,
      aPart: { width: weight.rows, first },
      b: binding,
      precision,
      c: dx,
      accumulate: first > 0,
      ...added,
    };
    await addProduct(plan, tuner, halves ? await roundOperands(plan, tuner, halves, product) : product);
  }
}

/** dW += dy^T x. @param partials `partialFloats` of scratch */
export async function addMatrixGradient(
  plan: Plan<BatchShape>,
  { model, tuner, weight, halves, ...shared }: WeightProduct,
  dy: Rows,
  x: Rows,
  partials: GPUBuffer,
  gradients: GPUBuffer,
): Promise<void> {
  for (const { first, rows, binding } of model.gradientSlices(weight, gradients)) {
    const product = {
      ...shared,
      form: 'tn' as const,
      columns: weight.columns,
      inner: rows,
      a: dy,
      aPart: { width: weight.rows, first },
      b: x,
    };
    await addWeightGradient(
      plan,
      tuner,
      halves ? await roundOperands(plan, tuner, halves, product) : product,
      partials,
      binding,
    );
  }
}

/**
 * Floats of scratch for the partial sums of a region's gradient: the largest of its slices, times the number of parts
 * of its sum.
 */
export function partialFloats(model: Model, region: Region, capacity: number): number {
  return Math.max(...model.gradientRows(region).map((rows) => pieceFloats(rows, region.columns, capacity)));
}

/** Scratch floats for the gradient of `rows` rows of a matrix. */
export function pieceFloats(rows: number, columns: number, capacity: number): number {
  // A vector's sum is split like that of a matrix of 4 rows.
  return mostPieces(Math.max(4, rows), columns, capacity) * rows * columns;
}
