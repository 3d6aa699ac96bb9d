/**
 * Norms as planned dispatches, forward and backward: of the residual stream (RMSNorm or LayerNorm, depending on the
 * architecture) and of query and key heads.
 */
import { common } from '../records.ts';
import headNormSource from '../../../shaders/norm/head-norm.wgsl?raw';
import layerNormSource from '../../../shaders/norm/layer-norm.wgsl?raw';
import normRows from '../../../shaders/norm/norm-rows.wgsl?raw';
import piecesSource from '../../../shaders/pieces.wgsl?raw';
import qkvLayout from '../../../shaders/attention/qkv-layout.wgsl?raw';
import rmsNormSource from '../../../shaders/norm/rms-norm.wgsl?raw';
import { linearGrid } from '../../gpu/kernel.ts';
import { fractional, rowCount, type GradientTarget, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { NormRegions } from '../weights/layout.ts';
import type { Region } from '../weights/region.ts';
import { addBiasGradient } from './linear.ts';
import { addPieces, mostPieces, PIECE_ROWS, pieces } from './sum-pieces.ts';
import type { Model } from '../model.ts';

/** Floats per row that a norm keeps for its backward pass: 1/rms, or mean and 1/std. */
export const normScaleWidth = (model: Model): number => (model.architecture.norm === 'layer' ? 2 : 1);

interface NormOptions {
  /** y is over the targets, whose rows of x are read. */
  targets?: GPUBuffer;
  /** Added to y: the norm ends a branch. Only RMSNorm can. */
  residual?: GPUBuffer;
}

const NO_FLAGS = { FORWARD: 0, BACKWARD: 0, GAIN: 0, OF_TARGETS: 0, RESIDUAL: 0, ASSIGN: 0 };

function constantsOf({ architecture, config, layout }: Model) {
  return {
    ...NO_FLAGS,
    D: layout.hidden,
    HIDDEN: config.hiddenSize,
    EPSILON: fractional(config.normEpsilon),
    PLUS_ONE: architecture.gainPlusOne ? 1 : 0,
  };
}

const sourceOf = ({ architecture }: Model): string =>
  normRows + (architecture.norm === 'layer' ? layerNormSource : rmsNormSource);

/** y = norm(x) (+ residual). */
export async function addNorm(
  { model, dims }: LayerContext,
  plan: LayerPlan,
  norm: NormRegions,
  x: GPUBuffer,
  y: GPUBuffer,
  scale: GPUBuffer,
  { targets, residual }: NormOptions = {},
): Promise<void> {
  const weights = [model.weight(norm.gain), ...(norm.bias ? [model.weight(norm.bias)] : [])];
  const constants = {
    ...constantsOf(model),
    FORWARD: 1,
    OF_TARGETS: targets ? 1 : 0,
    TARGETS: 4 + weights.length,
    RESIDUAL: residual ? 1 : 0,
  };
  await plan.add(
    { label: 'norm', source: common + sourceOf(model), constants, entryPoint: 'forward' },
    [dims, x, ...weights, y, scale, ...(targets ? [targets] : []), ...(residual ? [residual] : [])],
    (shape) => linearGrid(rowCount(shape, targets !== undefined)),
  );
}

/**
 * dx += dL/dx through a norm, and the gradients of its gain and bias where those are trained.
 *
 * @param dx undefined when no weights below the norm are trained
 * @param options.assign dx = ... instead: x is a branch, not the residual stream
 */
export async function addNormBackward(
  context: LayerContext,
  plan: LayerPlan,
  norm: NormRegions,
  x: GPUBuffer,
  scale: GPUBuffer,
  dy: GPUBuffer,
  dx: GPUBuffer | undefined,
  target: GradientTarget,
  { targets, assign = false }: { targets?: GPUBuffer; assign?: boolean } = {},
): Promise<void> {
  const { model, capacity, dims } = context;
  const ofTargets = targets !== undefined;
  const constants = { ...constantsOf(model), OF_TARGETS: ofTargets ? 1 : 0, ASSIGN: assign ? 1 : 0 };
  const extra = targets ? [targets] : [];
  const D = model.layout.hidden;
  const most = mostPieces(4, D, capacity);
  if (norm.gain.trained) {
    await plan.add(
      {
        label: 'norm gain gradient',
        source: common + piecesSource + sourceOf(model),
        constants: { ...constants, GAIN: 1, TARGETS: 5, PIECE_ROWS, MAX_PIECES: most },
        entryPoint: 'backward_gain',
      },
      [dims, x, scale, dy, target.partials, ...extra],
      (shape) =>
        rowCount(shape, ofTargets) === 0 ? [0, 0, 0] : linearGrid((pieces(rowCount(shape, ofTargets), most) * D) / 4),
    );
    await addPieces(
      plan,
      'norm gain gradient',
      D / 4,
      most,
      ofTargets,
      dims,
      target.partials,
      model.gradient(norm.gain, target.gradients),
    );
  }
  if (norm.bias?.trained) await addBiasGradient(context, plan, 'norm bias gradient', norm.bias, dy, target, ofTargets);
  if (!dx) return;
  await plan.add(
    {
      label: 'norm gradient',
      source: common + sourceOf(model),
      constants: { ...constants, BACKWARD: 1, TARGETS: 6 },
      entryPoint: 'backward',
    },
    [dims, x, model.weight(norm.gain), scale, dy, dx, ...extra],
    (shape) => linearGrid(rowCount(shape, ofTargets)),
  );
}

export interface HeadNorms {
  query: Region;
  key: Region;
}

function headConstants({ architecture, config, layout }: Model) {
  return {
    FORWARD: 0,
    BACKWARD: 0,
    GAIN: 0,
    H: config.heads,
    G: config.keyValueHeads,
    E: config.headDimension,
    E4: layout.headDimension / 4,
    EPSILON: fractional(config.normEpsilon),
    PLUS_ONE: architecture.gainPlusOne ? 1 : 0,
  };
}

/** In place on the query and key heads of qkv; their inputs are kept in `before` [N, H + G heads]. */
export async function addHeadNorms(
  { model, dims }: LayerContext,
  plan: LayerPlan,
  norms: HeadNorms,
  qkv: GPUBuffer,
  before: GPUBuffer,
): Promise<void> {
  const constants = headConstants(model);
  await plan.add(
    {
      label: 'head norms',
      source: common + qkvLayout + headNormSource,
      constants: { ...constants, FORWARD: 1 },
      entryPoint: 'forward',
    },
    [dims, qkv, model.weight(norms.query), model.weight(norms.key), before],
    ({ rows }) => linearGrid(rows * (constants.H + constants.G)),
  );
}

/** In place on dQkv, and the gradients of the gains that are trained. */
export async function addHeadNormsBackward(
  { model, capacity, dims }: LayerContext,
  plan: LayerPlan,
  norms: HeadNorms,
  before: GPUBuffer,
  dQkv: GPUBuffer,
  target: GradientTarget,
): Promise<void> {
  const constants = headConstants(model);
  const { H, G, E4 } = constants;
  const most = mostPieces(4, E4 * 4, capacity);
  for (const { gain, FIRST, LAST } of [
    { gain: norms.query, FIRST: 0, LAST: H },
    { gain: norms.key, FIRST: H, LAST: H + G },
  ]) {
    if (!gain.trained) continue;
    await plan.add(
      {
        label: 'head norm gain gradient',
        source: common + piecesSource + qkvLayout + headNormSource,
        constants: { ...constants, GAIN: 1, FIRST, LAST, PIECE_ROWS, MAX_PIECES: most },
        entryPoint: 'backward_gain',
      },
      [dims, dQkv, before, target.partials],
      ({ rows }) => (rows === 0 ? [0, 0, 0] : linearGrid(pieces(rows, most) * E4)),
    );
    await addPieces(
      plan,
      'head norm gain gradient',
      E4,
      most,
      false,
      dims,
      target.partials,
      model.gradient(gain, target.gradients),
    );
  }
  await plan.add(
    {
      label: 'head norms gradient',
      source: common + qkvLayout + headNormSource,
      constants: { ...constants, BACKWARD: 1 },
      entryPoint: 'backward',
    },
    [dims, dQkv, model.weight(norms.query), model.weight(norms.key), before],
    ({ rows }) => linearGrid(rows * (H + G)),
  );
}
