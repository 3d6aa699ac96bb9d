/**
 * Matrix products of the transformer as planned dispatches, in the variant (variants/matmul.ts) that the tuner chooses
 * on this adapter:
 *
 *   nt: C = A B^T   A [rows, K], B [columns, K]       forward, weights stored [out, in]
 *   nn: C = A B     A [rows, K], B [K, columns]       gradient of the input
 *   tn: C += A^T B  A [rows, outRows], B [rows, columns]   gradient of the weight
 */
import type { Plan, PlannedDispatch } from '../../gpu/kernel.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { BatchShape } from './batch-shape.ts';
import { chooseVariant, questionName, shapeOf } from './matmul-choice.ts';
import { productKernel, productSizes, type KernelProduct } from './matmul-kernel.ts';
import { addedPieces, longestPiece, mostPieces, pieces } from './sum-pieces.ts';
import { matmulVariant } from './variants/matmul.ts';

export interface Product extends KernelProduct {
  a: GPUBuffer | GPUBufferBinding;
  b: GPUBuffer | GPUBufferBinding;
  c: GPUBuffer | GPUBufferBinding;
  dims: GPUBufferBinding;
}

/** Adds a product of form nt or nn to a plan, in the variant that the tuner chooses. */
export async function addProduct(plan: Plan<BatchShape>, tuner: Tuner, product: Product): Promise<void> {
  const { columns, epilogue, form, residual, rowScale } = product;
  const shape = shapeOf(product);
  const chosen = await chooseVariant(plan.gpu, tuner, shape);
  const rowsOf = (batch: BatchShape) => (product.fromTargets ? batch.targets : batch.rows);
  const sizes = plan.own(productSizes(plan.gpu, product));
  const { resources: ended = [], parts } = epilogue ?? {};
  const dispatches = (name: string): PlannedDispatch<BatchShape>[] => {
    const variant = epilogue ? matmulVariant(name).withEpilogue() : matmulVariant(name);
    const carried = variant.carriesSums;
    const further = [
      ...(residual ? [residual] : []),
      ...(rowScale ? [rowScale] : []),
      ...ended,
      ...(parts && carried ? [parts] : []),
    ];
    return [
      {
        kernel: productKernel(plan.gpu, tuner, product, variant),
        resources: [product.dims, product.a, product.b, parts && !carried ? parts : product.c, sizes, ...further],
        grid: (batch) => {
          const rows = rowsOf(batch);
          return rows === 0
            ? [0, 0, 0]
            : variant.grid({ form, rows, columns, pieces: 1, epilogue: epilogue !== undefined });
        },
      },
    ];
  };
  await plan.addVariant(chosen, dispatches, tuner.follower(questionName(shape)));
}

/**
 * Adds a weight gradient `gradient += a^T b` to a plan: the sum over rows in pieces, which are added up behind it or,
 * by variants that carry sums, in place.
 *
 * @param partials scratch for `mostPieces(...)` results
 */
export async function addWeightGradient(
  plan: Plan<BatchShape>,
  tuner: Tuner,
  product: Omit<Product, 'form' | 'c' | 'residual'>,
  partials: GPUBuffer,
  gradient: GPUBufferBinding,
): Promise<void> {
  const { inner, columns, capacity, rowScale, fromTargets = false } = product;
  const shape = shapeOf({ form: 'tn', capacity, ...(rowScale && { rowScale }) });
  const chosen = await chooseVariant(plan.gpu, tuner, shape);
  const most = mostPieces(inner, columns, capacity);
  const rowsOf = (batch: BatchShape) => (fromTargets ? batch.targets : batch.rows);
  // Bound by what the product needs, not by what their buffers hold: one text for all layers, wherever their tensors
  // lie.
  const bound = (matrix: GPUBuffer | GPUBufferBinding, width: number) =>
    'buffer' in matrix || rowScale ? matrix : { buffer: matrix, size: Math.min(matrix.size, capacity * width * 4) };
  const [a, b] = [bound(product.a, product.aPart?.width ?? inner), bound(product.b, columns)];
  const sizes = plan.own(productSizes(plan.gpu, { ...product, form: 'tn' }));
  const dispatches = (name: string): PlannedDispatch<BatchShape>[] => {
    const variant = matmulVariant(name);
    const inPlace = variant.carriesSums;
    const scratch = variant.needsScratch(longestPiece(capacity, most))
      ? [{ buffer: partials, size: inner * columns * 4 }]
      : [];
    const c = inPlace ? gradient : partials;
    const sums: PlannedDispatch<BatchShape> = {
      kernel: productKernel(plan.gpu, tuner, { ...product, form: 'tn' }, variant),
      resources: [product.dims, a, b, c, sizes, ...(rowScale ? [rowScale] : []), ...scratch],
      grid: (batch) => {
        const rows = rowsOf(batch);
        if (rows === 0) return [0, 0, 0];
        return variant.grid({ form: 'tn', rows: inner, columns, pieces: pieces(rows, most), epilogue: false });
      },
    };
    if (inPlace) return [sums];
    const size = (inner * columns) / 4;
    return [sums, addedPieces(product.label, size, most, fromTargets, product.dims, partials, gradient)];
  };
  await plan.addVariant(chosen, dispatches, tuner.follower(questionName(shape)));
}
