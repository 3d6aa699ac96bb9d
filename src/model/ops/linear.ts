/**
 * Linear layers as planned dispatches: y = x W^T (+ b) (+ residual); backward dx = dy W, dW += dy^T x, db += sum of dy.
 * Shapes: x [N, in], y [N, out], W a region [out, in], b a region [out]. An adapter, where the layer has one, adds its
 * own part (lora.ts).
 */
import biasSource from '../../../shaders/matmul/bias.wgsl?raw';
import piecesSource from '../../../shaders/pieces.wgsl?raw';
import { common } from '../records.ts';
import { linearGrid } from '../../gpu/kernel.ts';
import { rowCount, type GradientTarget, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { Region } from '../weights/region.ts';
import { addLora, addLoraBackward, type LoraActivations, type LoraScratch } from './lora.ts';
import type { LoraRegions } from '../weights/region.ts';
import { addPieces, mostPieces, PIECE_ROWS, pieces } from './sum-pieces.ts';
import { addForwardProduct, addInputGradient, addMatrixGradient } from './weight-products.ts';

export interface Linear {
  label: string;
  weight: Region;
  bias: Region | undefined;
  lora?: LoraRegions | undefined;
}

/** @param adapted outputs of the layer's adapter, if it has one */
export async function addLinear(
  context: LayerContext,
  plan: LayerPlan,
  { label, weight, bias, lora }: Linear,
  x: GPUBuffer,
  y: GPUBuffer,
  residual?: GPUBuffer,
  adapted?: LoraActivations,
): Promise<void> {
  const { model, tuner, capacity, dims, halves } = context;
  if (lora && adapted) await addLora(context, plan, label, lora, x, adapted, residual);
  await addForwardProduct(
    plan,
    { model, tuner, label, capacity, dims, weight, halves },
    x,
    y,
    adapted?.sum ?? residual,
  );
  if (!bias) return;
  const constants = { FORWARD: 1, BACKWARD: 0, OF_TARGETS: 0, C: bias.columns };
  await plan.add(
    { label: `${label} bias`, source: common + biasSource, constants, entryPoint: 'forward' },
    [dims, model.weight(bias), y],
    ({ rows }) => linearGrid((rows * bias.columns) / 4),
  );
}

/**
 * @param dx undefined when no weights below the layer are trained
 * @param adapted outputs of the layer's adapter, and scratch for its gradients
 */
export async function addLinearBackward(
  context: LayerContext,
  plan: LayerPlan,
  { label, weight, bias, lora }: Linear,
  x: GPUBuffer,
  dy: GPUBuffer,
  dx: GPUBuffer | undefined,
  target: GradientTarget,
  adapted?: LoraActivations,
  scratch?: LoraScratch,
): Promise<void> {
  const { model, tuner, capacity, dims, halves } = context;
  const adapter = lora && adapted && scratch ? { lora, low: adapted.low, scratch } : undefined;
  if (adapter)
    await addLoraBackward(
      context,
      plan,
      label,
      adapter.lora,
      x,
      dy,
      adapter.low,
      adapter.scratch,
      target,
      dx !== undefined,
    );
  const shared = { model, tuner, capacity, dims, weight, halves };
  if (dx) await addInputGradient(plan, { ...shared, label: `d ${label} input` }, dy, dx, adapter?.scratch.dInput);
  if (weight.trained)
    await addMatrixGradient(plan, { ...shared, label: `d ${label}` }, dy, x, target.partials, target.gradients);
  if (bias?.trained) await addBiasGradient(context, plan, `d ${label} bias`, bias, dy, target);
}

/** db += sum of dy over the batch's rows, or its targets. */
export async function addBiasGradient(
  { model, capacity, dims }: LayerContext,
  plan: LayerPlan,
  label: string,
  bias: Region,
  dy: GPUBuffer,
  target: GradientTarget,
  ofTargets = false,
): Promise<void> {
  const { columns } = bias;
  const most = mostPieces(4, columns, capacity);
  const constants = {
    FORWARD: 0,
    BACKWARD: 1,
    OF_TARGETS: ofTargets ? 1 : 0,
    C: columns,
    PIECE_ROWS,
    MAX_PIECES: most,
  };
  await plan.add(
    { label, source: common + piecesSource + biasSource, constants, entryPoint: 'backward' },
    [dims, dy, target.partials],
    (shape) =>
      rowCount(shape, ofTargets) === 0
        ? [0, 0, 0]
        : linearGrid((pieces(rowCount(shape, ofTargets), most) * columns) / 4),
  );
  await addPieces(
    plan,
    label,
    columns / 4,
    most,
    ofTargets,
    dims,
    target.partials,
    model.gradient(bias, target.gradients),
  );
}
