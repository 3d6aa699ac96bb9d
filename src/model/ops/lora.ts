/**
 * Low-rank adapters (LoRA) of linear layers as planned dispatches: y = x W^T + s (x A^T) B^T, s = alpha / rank:
 *
 *   low  = s x A^T                      [N, S R], kept for the backward pass
 *   y    = x W^T + low B^T
 *   dB  += dy^T low                     in the rows and columns of each module
 *   dlow = s dy B;  dA += dlow^T x
 *   dx   = dy W + dlow A
 *
 * A product cannot add to its own output, so the adapter's part is computed first, into a separate tensor that the
 * base's product then adds as a residual. Shapes and S R: lora-layout.ts.
 */
import { common } from '../records.ts';
import loraSource from '../../../shaders/matmul/lora.wgsl?raw';
import { linearGrid } from '../../gpu/kernel.ts';
import { fractional, type GradientTarget, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { LoraRegions } from '../weights/region.ts';
import { addProduct, addWeightGradient } from './matmul.ts';

/** Outputs of an adapted layer: `low` [N, S R], and `sum` [N, out], which its base adds to. */
export interface LoraActivations {
  low: GPUBuffer;
  sum: GPUBuffer;
}

/** Gradients of one adapted layer at a time: of `low`, and the adapter's part of the input's gradient. */
export interface LoraScratch {
  dLow: GPUBuffer;
  dInput: GPUBuffer;
}

const FLAGS = { SCALE: 0, ZEROS: 0, SLOTS: 0 };

/** sum = s (x A^T) B^T (+ residual). */
export async function addLora(
  context: LayerContext,
  plan: LayerPlan,
  label: string,
  { a, b, scale }: LoraRegions,
  x: GPUBuffer,
  { low, sum }: LoraActivations,
  residual?: GPUBuffer,
): Promise<void> {
  const { model, tuner, capacity, dims } = context;
  await addProduct(plan, tuner, {
    label: `${label} lora A`,
    form: 'nt',
    capacity,
    columns: a.rows,
    inner: a.columns,
    a: x,
    b: model.weight(a),
    c: low,
    dims,
  });
  await addScale(context, plan, low, a.rows, scale);
  await addProduct(plan, tuner, {
    label: `${label} lora B`,
    form: 'nt',
    capacity,
    columns: b.rows,
    inner: b.columns,
    a: low,
    b: model.weight(b),
    c: sum,
    dims,
    ...(residual && { residual }),
  });
}

/** dA, dB and, where `input` is requested, the adapter's part of dx into `scratch.dInput`. */
export async function addLoraBackward(
  context: LayerContext,
  plan: LayerPlan,
  label: string,
  regions: LoraRegions,
  x: GPUBuffer,
  dy: GPUBuffer,
  low: GPUBuffer,
  { dLow, dInput }: LoraScratch,
  target: GradientTarget,
  input: boolean,
): Promise<void> {
  const { model, tuner, capacity, dims } = context;
  const { a, b, scale } = regions;
  await addWeightGradient(
    plan,
    tuner,
    { label: `d ${label} lora B`, capacity, columns: b.columns, inner: b.rows, a: dy, b: low, dims },
    target.partials,
    model.gradient(b, target.gradients),
  );
  await addZeros(plan, regions, model.gradient(b, target.gradients));
  await addProduct(plan, tuner, {
    label: `d ${label} lora low`,
    form: 'nn',
    capacity,
    columns: b.columns,
    inner: b.rows,
    a: dy,
    b: model.weight(b),
    c: dLow,
    dims,
  });
  await addScale(context, plan, dLow, a.rows, scale);
  await addWeightGradient(
    plan,
    tuner,
    { label: `d ${label} lora A`, capacity, columns: a.columns, inner: a.rows, a: dLow, b: x, dims },
    target.partials,
    model.gradient(a, target.gradients),
  );
  if (input)
    await addProduct(plan, tuner, {
      label: `d ${label} lora input`,
      form: 'nn',
      capacity,
      columns: a.columns,
      inner: a.rows,
      a: dLow,
      b: model.weight(a),
      c: dInput,
      dims,
    });
}

async function addScale(
  { dims }: LayerContext,
  plan: LayerPlan,
  low: GPUBuffer,
  width: number,
  factor: number,
): Promise<void> {
  if (factor === 1) return;
  const constants = { ...FLAGS, SCALE: 1, WIDTH4: width / 4, FACTOR: fractional(factor) };
  await plan.add(
    { label: 'lora scale', source: common + loraSource, constants, entryPoint: 'scale' },
    [dims, low],
    ({ rows }) => linearGrid((rows * width) / 4),
  );
}

async function addZeros(plan: LayerPlan, { b, slots }: LoraRegions, gradient: GPUBufferBinding): Promise<void> {
  const [one] = slots;
  if (slots.length === 1 && one?.first === 0 && one.end === b.rows) return;
  const bounds = Object.fromEntries(
    slots.flatMap(({ first, end }, s) => [
      [`FIRST${s}`, first],
      [`END${s}`, end],
    ]),
  );
  const constants = {
    ...FLAGS,
    ZEROS: 1,
    ROWS: b.rows,
    SLOTS: slots.length,
    RANK4: b.columns / slots.length / 4,
    ...bounds,
  };
  await plan.add(
    { label: 'lora zeros', source: common + loraSource, constants, entryPoint: 'zeros' },
    [gradient],
    ({ rows }) => (rows === 0 ? [0, 0, 0] : linearGrid((b.rows * b.columns) / 4)),
  );
}
