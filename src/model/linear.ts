/**
 * Linear layers as planned dispatches: y = x W^T (+ b) (+ residual), and beside it dx = dy W, dW += dy^T x, db += sum of dy.
 * Shapes: x [N, in], y [N, out], W a region [out, in], b a region [out].
 */
import biasSource from '../../shaders/bias.wgsl?raw';
import common from '../../shaders/common.wgsl?raw';
import { linearGrid } from '../gpu/kernel.ts';
import { rowCount, type GradientTarget, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { Region } from './layout.ts';
import { addPieces, addProduct, addWeightGradient, mostPieces, PIECE_ROWS, pieces } from './matmul.ts';

export interface Linear {
  label: string;
  weight: Region;
  bias: Region | undefined;
}

export async function addLinear(context: LayerContext, plan: LayerPlan, { label, weight, bias }: Linear, x: GPUBuffer, y: GPUBuffer, residual?: GPUBuffer): Promise<void> {
  const { model, tuner, capacity, dims } = context;
  await addProduct(plan, tuner, { label, form: 'nt', capacity, columns: weight.rows, inner: weight.columns, a: x, b: model.weight(weight), c: y, dims, ...(residual && { residual }) });
  if (!bias) return;
  const constants = { FORWARD: 1, BACKWARD: 0, OF_TARGETS: 0, C: bias.columns };
  await plan.add({ label: `${label} bias`, source: common + biasSource, constants, entryPoint: 'forward' }, [dims, model.weight(bias), y], ({ rows }) => linearGrid((rows * bias.columns) / 4));
}

/** @param dx undefined where nothing below the layer is trained */
export async function addLinearBackward(context: LayerContext, plan: LayerPlan, { label, weight, bias }: Linear, x: GPUBuffer, dy: GPUBuffer, dx: GPUBuffer | undefined, target: GradientTarget): Promise<void> {
  const { model, tuner, capacity, dims } = context;
  if (dx) await addProduct(plan, tuner, { label: `d ${label} input`, form: 'nn', capacity, columns: weight.columns, inner: weight.rows, a: dy, b: model.weight(weight), c: dx, dims });
  if (weight.trained) await addWeightGradient(plan, tuner, { label: `d ${label}`, capacity, columns: weight.columns, inner: weight.rows, a: dy, b: x, dims }, target.partials, model.gradient(weight, target.gradients));
  if (bias?.trained) await addBiasGradient(context, plan, `d ${label} bias`, bias, dy, target);
}

/** db += sum of dy over the batch's rows, or its targets. */
export async function addBiasGradient({ model, capacity, dims }: LayerContext, plan: LayerPlan, label: string, bias: Region, dy: GPUBuffer, target: GradientTarget, ofTargets = false): Promise<void> {
  const { columns } = bias;
  const most = mostPieces(4, columns, capacity);
  const constants = { FORWARD: 0, BACKWARD: 1, OF_TARGETS: ofTargets ? 1 : 0, C: columns, PIECE_ROWS, MAX_PIECES: most };
  await plan.add({ label, source: common + biasSource, constants, entryPoint: 'backward' }, [dims, dy, target.partials], (shape) =>
    rowCount(shape, ofTargets) === 0 ? [0, 0, 0] : linearGrid((pieces(rowCount(shape, ofTargets), most) * columns) / 4),
  );
  await addPieces(plan, label, columns / 4, most, ofTargets, dims, target.partials, model.gradient(bias, target.gradients));
}
