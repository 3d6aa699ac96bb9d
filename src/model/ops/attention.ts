/**
 * Attention as planned dispatches: rotary positions, the KV cache of a generating batch, attention itself, and their
 * backward.
 */
import attentionDecodeSource from '../../../shaders/attention/attention-decode.wgsl?raw';
import { common, Slot } from '../records.ts';
import cacheSource from '../../../shaders/attention/kv-cache.wgsl?raw';
import qkvLayout from '../../../shaders/attention/qkv-layout.wgsl?raw';
import ropeSource from '../../../shaders/attention/rope.wgsl?raw';
import { linearGrid } from '../../gpu/kernel.ts';
import { ATTENTION, chooseAttention } from './attention-choice.ts';
import { fractional, type LayerContext, type LayerPlan } from './layer-context.ts';
import type { Model } from '../model.ts';
import { attentionVariant } from './variants/attention.ts';
import type { AttentionPass } from './variants/attention-variant.ts';

/**
 * Keys and values of a generating batch, one buffer per layer: `prompts` [rows of all distinct prompts, 2 G heads],
 * which a group reads in place, and `own` [sequences, ownLength, 2 G heads] for what each sequence adds. See
 * kv-cache.wgsl.
 */
export interface KeyValueCache {
  prompts: GPUBuffer[];
  own: GPUBuffer[];
  ownLength: number;
  /**
   * `prefill`: a pass over packed prompts, whose keys and values go to the prompt cache from row `first` on (a
   * uniform). `decode`: a row is a sequence at its newest position, `slots` says which, and attention reads both
   * caches.
   */
  pass: { kind: 'prefill'; first: GPUBuffer } | { kind: 'decode'; slots: GPUBuffer };
}

function headConstants({ config, layout }: Model) {
  return { H: config.heads, G: config.keyValueHeads, E4: layout.headDimension / 4 };
}

function attentionConstants(model: Model, layer: number) {
  return {
    ...headConstants(model),
    SCALE: fractional(model.structure.attentionScale),
    WINDOW: model.structure.windowOf(layer) ?? 0,
  };
}

/** Appends a kernel of the layer's variant. @param heads threads, quads or workgroups that a row or tile of rows has */
async function addKernel(
  context: LayerContext,
  plan: LayerPlan,
  layer: number,
  pass: AttentionPass,
  heads: number,
  buffers: GPUBuffer[],
): Promise<void> {
  const { model, tuner, dims, rows: batchRows } = context;
  const constants = attentionConstants(model, layer);
  await plan.addVariant(
    await chooseAttention(model.gpu, tuner),
    (chosen) => {
      const variant = attentionVariant(chosen, constants);
      return [
        {
          kernel: { label: `attention ${pass}`, ...variant.kernel({ pass, constants }) },
          resources: [dims, batchRows, ...buffers],
          grid: ({ rows }) => variant.grid({ rows, heads }),
        },
      ];
    },
    tuner.follower(ATTENTION),
  );
}

/** Rotates the query and key heads of `qkv` by their positions in place; direction -1 rotates its gradient back. */
export async function addRope(
  { model, dims, rows: batchRows }: LayerContext,
  plan: LayerPlan,
  layer: number,
  qkv: GPUBuffer,
  direction: 1 | -1,
): Promise<void> {
  const { config, layout, structure } = model;
  const angles = structure.windowOf(layer) === undefined ? model.angles : model.slidingAngles;
  if (!angles || !structure.rotary) return;
  const heads = config.heads + config.keyValueHeads;
  const constants = {
    H: config.heads,
    G: config.keyValueHeads,
    R: structure.rotary.dimensions,
    E_PADDED: layout.headDimension,
    BACKWARD: direction === 1 ? 0 : 1,
  };
  await plan.add(
    { label: 'rope', source: common + ropeSource, constants, entryPoint: 'turn' },
    [dims, batchRows, angles, qkv],
    ({ rows }) => linearGrid(rows * heads),
  );
}

/** Attention over the batch's rows, or over the cache; with a cache, keys and values are stored in it first. */
export async function addAttention(
  context: LayerContext,
  plan: LayerPlan,
  layer: number,
  qkv: GPUBuffer,
  attended: GPUBuffer,
  logSumExp: GPUBuffer,
  cache: KeyValueCache | undefined,
): Promise<void> {
  const { model, dims, rows: batchRows } = context;
  const { heads } = model.config;
  if (cache) await fillCache(context, plan, layer, qkv, cache);
  if (cache?.pass.kind === 'decode') {
    const constants = { OWN_LENGTH: cache.ownLength, ...attentionConstants(model, layer) };
    const buffers = [
      batchRows,
      cache.pass.slots,
      qkv,
      ofLayer(cache.prompts, layer),
      ofLayer(cache.own, layer),
      attended,
    ];
    await plan.add(
      {
        label: 'attention decode',
        source: common + Slot.wgsl + qkvLayout + attentionDecodeSource,
        constants,
        entryPoint: 'decode',
      },
      [dims, ...buffers],
      ({ rows }) => linearGrid(rows * heads),
    );
    return;
  }
  await addKernel(context, plan, layer, 'forward', heads, [qkv, attended, logSumExp]);
}

async function fillCache(
  { model, dims, rows: batchRows }: LayerContext,
  plan: LayerPlan,
  layer: number,
  qkv: GPUBuffer,
  cache: KeyValueCache,
): Promise<void> {
  const constants = headConstants(model);
  const prefill = cache.pass.kind === 'prefill';
  const kernel = {
    label: `cache ${prefill ? 'prefill' : 'append'}`,
    source: common + Slot.wgsl + qkvLayout + cacheSource,
    constants: { ...constants, OWN_LENGTH: cache.ownLength, APPEND: prefill ? 0 : 1, PREFILL: prefill ? 1 : 0 },
    entryPoint: prefill ? 'prefill' : 'append',
  };
  const resources =
    cache.pass.kind === 'prefill'
      ? [ofLayer(cache.prompts, layer), cache.pass.first]
      : [ofLayer(cache.own, layer), batchRows, cache.pass.slots];
  await plan.add(kernel, [dims, qkv, ...resources], ({ rows }) => linearGrid(rows * 2 * constants.G * constants.E4));
}

/** Tensors that attention's backward pass reads and writes: `delta` is [N, H]. */
interface AttentionBackward {
  qkv: GPUBuffer;
  attended: GPUBuffer;
  logSumExp: GPUBuffer;
  dAttended: GPUBuffer;
  dQkv: GPUBuffer;
  delta: GPUBuffer;
}

export async function addAttentionBackward(
  context: LayerContext,
  plan: LayerPlan,
  layer: number,
  { qkv, attended, logSumExp, dAttended, dQkv, delta }: AttentionBackward,
): Promise<void> {
  const { heads, keyValueHeads } = context.model.config;
  await addKernel(context, plan, layer, 'backward_q', heads, [qkv, attended, logSumExp, dAttended, dQkv, delta]);
  await addKernel(context, plan, layer, 'backward_kv', keyValueHeads, [qkv, logSumExp, dAttended, delta, dQkv]);
}

function ofLayer(buffers: readonly GPUBuffer[], layer: number): GPUBuffer {
  const buffer = buffers[layer];
  if (!buffer) throw new Error(`no buffer for layer ${layer}`);
  return buffer;
}
