/**
 * Matmuls of layers in f16, for adapters with shader-f16: both operands rounded to f16 in memory, sums in f32.
 *
 *   A of nt, nn, tn and B of tn   activations and their gradients: each row scaled by its own power of two, which the
 *   product undoes
 *   B of nt and nn                weights; those stored as f16 are used unchanged
 *
 * A product of two f16 numbers is exact in f32, so variants agree bit for bit, as those of f32 do. Rounding is one pass
 * over an operand; the matmul reads both operands once per tile. The head stays in f32, because its logits determine
 * the ratios, and so do adapters, which are small, and generation, which reads every weight for only a few rows.
 */
import { common } from '../records.ts';
import halvesSource from '../../../shaders/matmul/f16-operands.wgsl?raw';
import weightsSource from '../../../shaders/matmul/weights.wgsl?raw';
import { linearGrid, type Plan } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { Product } from './matmul.ts';
import type { BatchShape } from './batch-shape.ts';
import type { Model } from '../model.ts';
import { weightConstants } from '../weights/precision.ts';

/** Scratch for the operands of one matmul at a time. */
export interface OperandHalves {
  left: GPUBuffer;
  right: GPUBuffer;
  /** [2 capacity] f32, the inverse scales of A's rows, then of B's. */
  rowScale: GPUBuffer;
}

/**
 * Scratch for the largest matmul of a model's layers.
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

/** Appends the rounding of a matmul's operands to a plan. @returns the matmul in f16 */
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
  // Whole rows, even when only some columns are used: a row's scale must not depend on how weights are sliced.
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
