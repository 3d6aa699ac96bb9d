/**
 * Products of layers in 16 bit, for adapters with shader-f16: both operands rounded to halves in memory, sums in f32.
 *
 *   A of nt, nn, tn and B of tn   activations and their gradients: each row times a power of two of its own, which the
 *   product undoes
 *   B of nt and nn                weights; those that are stored as halves are used as they are
 *
 * A product of two halves is exact in f32, so that variants agree bit for bit, as those of f32 do. Rounding is a pass
 * over an operand, the product one over both for every tile. Of the head there are none, for its logits make the
 * ratios, nor of adapters, which are small; generation, which reads every weight for a few rows, computes in f32 too.
 */
import { common } from '../records.ts';
import halvesSource from '../../../shaders/matmul/f16-operands.wgsl?raw';
import weightsSource from '../../../shaders/matmul/weights.wgsl?raw';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { BatchShape, Product } from './matmul.ts';
import type { Model } from '../model.ts';
import { weightConstants } from '../weights/precision.ts';

/** Room for the operands of one product at a time. */
export interface OperandHalves {
  left: GPUBuffer;
  right: GPUBuffer;
  /** [2 capacity] f32, what undoes the powers of two of A's rows, then of B's. */
  rowScale: GPUBuffer;
}

/**
 * Room for the largest product of a model's layers.
 *
 * @param width floats of the widest row of an activation
 * @param tensor as `PlanContext.tensor`
 */
export function operandHalves(
  model: Model,
  capacity: number,
  width: number,
  tensor: (label: string, bytes: number) => GPUBuffer,
): OperandHalves {
  const weights = model.layout.layers.flatMap(({ qkv, output, gateUp, down }) => [qkv, output, gateUp, down]);
  const rounded = weights.flatMap((region) => {
    const { precision, slices } = model.matrix(region);
    return precision === 'f16' ? [] : slices.map(({ rows }) => rows * region.columns);
  });
  const inputs = weights.some(({ trained }) => trained) ? capacity * width : 0;
  return {
    left: tensor('scratch left operand', capacity * width * 2),
    right: tensor('scratch right operand', Math.max(8, inputs, ...rounded) * 2),
    rowScale: tensor('scratch operand scales', capacity * 8),
  };
}

/** Adds to a plan what rounds a product's operands. @returns the product of the halves */
export async function roundOperands<P extends Omit<Product, 'c'>>(
  plan: Plan<BatchShape>,
  tuner: Tuner,
  { left, right, rowScale }: OperandHalves,
  product: P,
): Promise<P> {
  const { label, form, a, b, inner, columns, capacity, dims, precision = 'f32' } = product;
  if (product.fromTargets) throw new Error('rows of a product of halves are those of the batch');
  const source = common + weightsSource + halvesSource;
  const scaled = async (matrix: Product['a'], width: number, halves: GPUBuffer, place: number) => {
    const constants = {
      SCALED: 1,
      PLAIN: 0,
      WIDTH4: width / 4,
      PLACE: place,
      ...weightConstants(plan.gpu, tuner, 'f32'),
    };
    await plan.add(
      { label: `${label} halves`, source, constants, entryPoint: 'scaled', anySize: true },
      [dims, halves, matrix, rowScale],
      ({ rows }) => linearGrid(rows, 1),
    );
  };
  // Whole rows, also where some of their columns take part: a row's power of two must not depend on how weights are
  // sliced.
  await scaled(a, product.aPart?.width ?? inner, left, 0);
  if (form === 'tn') await scaled(b, columns, right, capacity);
  else if (precision === 'f16') return { ...product, a: left, rowScale };
  else {
    const count4 = (inner * columns) / 4;
    const constants = { SCALED: 0, PLAIN: 1, COUNT4: count4, ...weightConstants(plan.gpu, tuner, precision) };
    await plan.add(
      { label: `${label} halves`, source, constants, entryPoint: 'plain', anySize: true },
      [dims, right, b],
      ({ rows }) => (rows === 0 ? [0, 0, 0] : linearGrid(count4)),
    );
  }
  return { ...product, a: left, b: right, precision: 'f16', rowScale };
}
