/**
 * The transformer's layers as planned dispatches: forward, and backward beside it.
 *
 *   x1 = x0 + Wo attention(rope(Wqkv norm(x0)));   x2 = x1 + Wdown swiglu(Wgu norm(x1))
 *
 * Shapes: x, normed [N, D]; qkv [N, (H+2G) E]; attended [N, H E]; both [N, 2F]; inner [N, F]; all padded as layout.ts says.
 */
import attentionDecodeSource from '../../shaders/attention-decode.wgsl?raw';
import attentionSource from '../../shaders/attention.wgsl?raw';
import cacheSource from '../../shaders/kv-cache.wgsl?raw';
import common from '../../shaders/common.wgsl?raw';
import decodingSource from '../../shaders/decoding.wgsl?raw';
import embeddingSource from '../../shaders/embedding.wgsl?raw';
import normSource from '../../shaders/rms-norm.wgsl?raw';
import ropeSource from '../../shaders/rope.wgsl?raw';
import swigluSource from '../../shaders/swiglu.wgsl?raw';
import type { Plan } from '../gpu/kernel.ts';
import { linearGrid } from '../gpu/kernel.ts';
import type { Tuner } from '../gpu/tuner.ts';
import type { Model } from './model.ts';
import { addPieces, addProduct, addWeightGradient, mostPieces, PIECE_ROWS, pieces, type BatchShape } from './matmul.ts';
import type { Region } from './layout.ts';

/** Activations of one layer: tensors of its own, which share buffers as far as their lifetimes allow (workspace.ts). */
export interface LayerActivations {
  /** Residual stream entering the layer, between attention and MLP, and leaving it. */
  input: GPUBuffer;
  middle: GPUBuffer;
  output: GPUBuffer;
  inputNormed: GPUBuffer;
  inputScale: GPUBuffer;
  qkv: GPUBuffer;
  attended: GPUBuffer;
  logSumExp: GPUBuffer;
  middleNormed: GPUBuffer;
  middleScale: GPUBuffer;
  both: GPUBuffer;
  inner: GPUBuffer;
}

/**
 * Keys and values of a generating batch, a buffer a layer: `prompts` [rows of all distinct prompts, 2 G heads], which a group reads
 * in place, and `own` [sequences, ownLength, 2 G heads] for what each sequence adds. See kv-cache.wgsl.
 */
export interface KeyValueCache {
  prompts: GPUBuffer[];
  own: GPUBuffer[];
  ownLength: number;
  /**
   * `prefill`: a pass over packed prompts, whose keys and values go to the prompt cache from row `first` on (a uniform).
   * `decode`: a row is a sequence at its newest position, `slots` says which, and attention reads both caches.
   */
  pass: { kind: 'prefill'; first: GPUBuffer } | { kind: 'decode'; slots: GPUBuffer };
}

/** Everything the planning functions below share. */
export class LayerPlanner {
  constructor(
    readonly model: Model,
    readonly tuner: Tuner,
    /** Dims uniform of the batch, and its rows. */
    readonly dims: GPUBufferBinding,
    readonly rows: GPUBuffer,
    readonly capacity: number,
  ) {}

  get widths() {
    const { layout, config } = this.model;
    const head = layout.headDimension;
    return {
      hidden: layout.hidden,
      qkv: (config.heads + 2 * config.keyValueHeads) * head,
      attended: config.heads * head,
      both: 2 * layout.intermediate,
      inner: layout.intermediate,
    };
  }

  private get headConstants() {
    const { config, layout } = this.model;
    return { H: config.heads, G: config.keyValueHeads, E4: layout.headDimension / 4 };
  }

  /** Activations of all layers: a layer's output is the next one's input. @param tensor as `Workshop.tensor` */
  activations(label: string, tensor: (label: string, bytes: number) => GPUBuffer): LayerActivations[] {
    const layers: LayerActivations[] = [];
    let input = tensor(`${label} x`, this.capacity * this.widths.hidden * 4);
    for (let layer = 0; layer < this.model.config.layers; layer++) {
      const output = tensor(`${label} x`, this.capacity * this.widths.hidden * 4);
      layers.push({ input, output, ...this.innerActivations(label, tensor) });
      input = output;
    }
    return layers;
  }

  /** What a layer makes between its input and its output. */
  innerActivations(label: string, tensor: (label: string, bytes: number) => GPUBuffer): Omit<LayerActivations, 'input' | 'output'> {
    const { widths } = this;
    const rows = (name: string, width: number) => tensor(`${label} ${name}`, this.capacity * width * 4);
    return {
      middle: rows('middle', widths.hidden),
      inputNormed: rows('input normed', widths.hidden),
      inputScale: rows('input scale', 1),
      qkv: rows('qkv', widths.qkv),
      attended: rows('attended', widths.attended),
      logSumExp: rows('log-sum-exp', this.model.config.heads),
      middleNormed: rows('middle normed', widths.hidden),
      middleScale: rows('middle scale', 1),
      both: rows('gate and up', widths.both),
      inner: rows('inner', widths.inner),
    };
  }

  async forward(plan: Plan<BatchShape>, layers: LayerActivations[], cache?: KeyValueCache): Promise<void> {
    const { model } = this;
    const first = layers[0];
    if (!first) throw new Error('a model has at least one layer');
    const D = model.layout.hidden;
    await plan.add({ label: 'embedding', source: common + embeddingSource, constants: { FORWARD: 1, BACKWARD: 0, D }, entryPoint: 'forward' }, [this.dims, this.rows, model.region(model.layout.embedding), first.input], ({ rows }) => linearGrid((rows * D) / 4));
    for (const [layer, activations] of layers.entries()) await this.layerForward(plan, layer, activations, cache);
  }

  private async layerForward(plan: Plan<BatchShape>, layer: number, x: LayerActivations, cache: KeyValueCache | undefined): Promise<void> {
    const { model, widths } = this;
    await this.innerForward(plan, layer, x, cache);
    await this.product(plan, 'down', 'nt', x.inner, model.region(this.regions(layer).down), x.output, widths.hidden, widths.inner, x.middle);
  }

  /** All of a layer but its last product: what the backward pass reads of it. */
  private async innerForward(plan: Plan<BatchShape>, layer: number, x: LayerActivations, cache: KeyValueCache | undefined): Promise<void> {
    const { model } = this;
    const regions = this.regions(layer);
    const widths = this.widths;
    await this.normForward(plan, x.input, regions.inputNorm, x.inputNormed, x.inputScale);
    await this.product(plan, 'qkv', 'nt', x.inputNormed, model.region(regions.qkv), x.qkv, widths.qkv, widths.hidden);
    await this.rope(plan, x.qkv, 1);
    await this.attentionForward(plan, layer, x, cache);
    await this.product(plan, 'output', 'nt', x.attended, model.region(regions.output), x.middle, widths.hidden, widths.attended, x.input);
    await this.normForward(plan, x.middle, regions.mlpNorm, x.middleNormed, x.middleScale);
    await this.product(plan, 'gate and up', 'nt', x.middleNormed, model.region(regions.gateUp), x.both, widths.both, widths.hidden);
    await this.swiglu(plan, 'FORWARD', [x.both, x.inner]);
  }

  private async attentionForward(plan: Plan<BatchShape>, layer: number, x: LayerActivations, cache: KeyValueCache | undefined): Promise<void> {
    const { H } = this.headConstants;
    if (cache) await this.fillCache(plan, layer, x.qkv, cache);
    if (cache?.pass.kind === 'decode') {
      const constants = { OWN_LENGTH: cache.ownLength, SCALE: this.scale, ...this.headConstants };
      const buffers = [this.rows, cache.pass.slots, x.qkv, ofLayer(cache.prompts, layer), ofLayer(cache.own, layer), x.attended];
      await plan.add({ label: 'attention decode', source: common + decodingSource + attentionDecodeSource, constants, entryPoint: 'decode' }, [this.dims, ...buffers], ({ rows }) => linearGrid(rows * H));
      return;
    }
    const constants = { FORWARD: 1, BACKWARD_Q: 0, BACKWARD_KV: 0, SCALE: this.scale, ...this.headConstants };
    await plan.add({ label: 'attention', source: common + attentionSource, constants, entryPoint: 'forward' }, [this.dims, this.rows, x.qkv, x.attended, x.logSumExp], ({ rows }) => linearGrid(rows * H));
  }

  private async fillCache(plan: Plan<BatchShape>, layer: number, qkv: GPUBuffer, cache: KeyValueCache): Promise<void> {
    const { G, E4 } = this.headConstants;
    const prefill = cache.pass.kind === 'prefill';
    const kernel = { label: `cache ${prefill ? 'prefill' : 'append'}`, source: common + decodingSource + cacheSource, constants: { ...this.headConstants, OWN_LENGTH: cache.ownLength, APPEND: prefill ? 0 : 1, PREFILL: prefill ? 1 : 0 }, entryPoint: prefill ? 'prefill' : 'append' };
    const resources = cache.pass.kind === 'prefill' ? [ofLayer(cache.prompts, layer), cache.pass.first] : [ofLayer(cache.own, layer), this.rows, cache.pass.slots];
    await plan.add(kernel, [this.dims, qkv, ...resources], ({ rows }) => linearGrid(rows * 2 * G * E4));
  }

  /**
   * Gradients of all layers. `scratch.dx` holds dL/d(last output) and ends as dL/d(first input), which goes on to the embedding.
   *
   * @param again activations by layer that are to be made again from the layer's input, by the kernels that made them the first time:
   *   the gradients are the same bit for bit
   */
  async backward(plan: Plan<BatchShape>, layers: LayerActivations[], gradients: GPUBuffer, scratch: BackwardScratch, again: (LayerActivations | undefined)[] = []): Promise<void> {
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      const remade = again[layer];
      if (remade) await this.innerForward(plan, layer, remade, undefined);
      await this.layerBackward(plan, layer, remade ?? (layers[layer] as LayerActivations), gradients, scratch);
    }
    const { layout } = this.model;
    const D = layout.hidden;
    await plan.add(
      { label: 'embedding gradient', source: common + embeddingSource, constants: { FORWARD: 0, BACKWARD: 1, D }, entryPoint: 'backward' },
      [this.dims, scratch.tokenGroups, scratch.sortedRows, scratch.dx, this.model.region(layout.embedding, gradients)],
      ({ distinct }) => linearGrid((distinct * D) / 4),
    );
  }

  private async layerBackward(plan: Plan<BatchShape>, layer: number, x: LayerActivations, gradients: GPUBuffer, scratch: BackwardScratch): Promise<void> {
    const { model } = this;
    const regions = this.regions(layer);
    const widths = this.widths;
    const { dx, dNormed, dQkv, dAttended, dBoth, dInner, delta } = scratch;
    // x2 = x1 + Wdown inner
    await this.product(plan, 'd inner', 'nn', dx, model.region(regions.down), dInner, widths.inner, widths.hidden);
    await this.weightGradient(plan, 'd down', dx, x.inner, regions.down, gradients, scratch);
    await this.swiglu(plan, 'BACKWARD', [x.both, dInner, dBoth]);
    await this.product(plan, 'd middle normed', 'nn', dBoth, model.region(regions.gateUp), dNormed, widths.hidden, widths.both);
    await this.weightGradient(plan, 'd gate and up', dBoth, x.middleNormed, regions.gateUp, gradients, scratch);
    await this.normBackward(plan, x.middle, regions.mlpNorm, x.middleScale, gradients, scratch);
    // x1 = x0 + Wo attended
    await this.product(plan, 'd attended', 'nn', dx, model.region(regions.output), dAttended, widths.attended, widths.hidden);
    await this.weightGradient(plan, 'd output', dx, x.attended, regions.output, gradients, scratch);
    const { H, G } = this.headConstants;
    const attention = (entryPoint: string, flag: string) => ({
      label: `attention ${entryPoint}`,
      source: common + attentionSource,
      constants: { FORWARD: 0, BACKWARD_Q: 0, BACKWARD_KV: 0, SCALE: this.scale, ...this.headConstants, [flag]: 1 },
      entryPoint,
    });
    await plan.add(attention('backward_q', 'BACKWARD_Q'), [this.dims, this.rows, x.qkv, x.attended, x.logSumExp, dAttended, dQkv, delta], ({ rows }) => linearGrid(rows * H));
    await plan.add(attention('backward_kv', 'BACKWARD_KV'), [this.dims, this.rows, x.qkv, x.logSumExp, dAttended, delta, dQkv], ({ rows }) => linearGrid(rows * G));
    await this.rope(plan, dQkv, -1);
    await this.product(plan, 'd input normed', 'nn', dQkv, model.region(regions.qkv), dNormed, widths.hidden, widths.qkv);
    await this.weightGradient(plan, 'd qkv', dQkv, x.inputNormed, regions.qkv, gradients, scratch);
    await this.normBackward(plan, x.input, regions.inputNorm, x.inputScale, gradients, scratch);
  }

  /** y = norm(x) over batch rows, or over the targets' rows when `targets` is given. */
  async normForward(plan: Plan<BatchShape>, x: GPUBuffer, gain: Region, y: GPUBuffer, scale: GPUBuffer, targets?: GPUBuffer): Promise<void> {
    const constants = { ...this.normConstants, FORWARD: 1, BACKWARD: 0, GAIN: 0, OF_TARGETS: targets ? 1 : 0 };
    await plan.add({ label: 'norm', source: common + normSource, constants, entryPoint: 'forward' }, [this.dims, x, this.model.region(gain), y, scale, ...(targets ? [targets] : [])], (shape) => linearGrid(targets ? shape.targets : shape.rows));
  }

  /** dx += dL/dx through the norm whose output gradient is `scratch.dNormed`, and the gain's gradient. */
  async normBackward(plan: Plan<BatchShape>, x: GPUBuffer, gain: Region, scale: GPUBuffer, gradients: GPUBuffer, scratch: BackwardScratch, targets?: GPUBuffer): Promise<void> {
    const flags = { FORWARD: 0, BACKWARD: 0, GAIN: 0, OF_TARGETS: targets ? 1 : 0 };
    const extra = targets ? [targets] : [];
    const D = this.model.layout.hidden;
    const countOf = (shape: BatchShape) => (targets ? shape.targets : shape.rows);
    const most = mostPieces(4, D, this.capacity);
    await plan.add({ label: 'norm gain gradient', source: common + normSource, constants: { ...this.normConstants, ...flags, GAIN: 1, PIECE_ROWS, MAX_PIECES: most }, entryPoint: 'backward_gain' }, [this.dims, x, scale, scratch.dNormed, scratch.partials, ...extra], (shape) =>
      countOf(shape) === 0 ? [0, 0, 0] : linearGrid((pieces(countOf(shape), most) * D) / 4),
    );
    await addPieces(plan, 'norm gain gradient', D / 4, most, Boolean(targets), this.dims, scratch.partials, this.model.region(gain, gradients));
    await plan.add({ label: 'norm gradient', source: common + normSource, constants: { ...this.normConstants, ...flags, BACKWARD: 1 }, entryPoint: 'backward' }, [this.dims, x, this.model.region(gain), scale, scratch.dNormed, scratch.dx, ...extra], (shape) => linearGrid(countOf(shape)));
  }

  private get normConstants() {
    return { D: this.model.layout.hidden, HIDDEN: this.model.config.hiddenSize, EPSILON: fractional(this.model.config.normEpsilon) };
  }

  private get scale(): number {
    return fractional(1 / Math.sqrt(this.model.config.headDimension));
  }

  private regions(layer: number) {
    const regions = this.model.layout.layers[layer];
    if (!regions) throw new Error(`no layer ${layer}`);
    return regions;
  }

  private async product(plan: Plan<BatchShape>, label: string, form: 'nt' | 'nn', a: GPUBuffer, b: GPUBufferBinding, c: GPUBuffer, columns: number, inner: number, residual?: GPUBuffer): Promise<void> {
    await addProduct(plan, this.tuner, { label, form, capacity: this.capacity, columns, inner, a, b, c, dims: this.dims, ...(residual && { residual }) });
  }

  private async weightGradient(plan: Plan<BatchShape>, label: string, dOut: GPUBuffer, input: GPUBuffer, weight: Region, gradients: GPUBuffer, scratch: BackwardScratch): Promise<void> {
    const product = { label, capacity: this.capacity, columns: weight.columns, inner: weight.rows, a: dOut, b: input, dims: this.dims };
    await addWeightGradient(plan, this.tuner, product, scratch.partials, this.model.region(weight, gradients));
  }

  /** In place on the query and key parts of `qkv`, or of its gradient with direction -1. */
  private async rope(plan: Plan<BatchShape>, qkv: GPUBuffer, direction: 1 | -1): Promise<void> {
    const { config, layout } = this.model;
    const heads = config.heads + config.keyValueHeads;
    const constants = { H: config.heads, G: config.keyValueHeads, E: config.headDimension, E_PADDED: layout.headDimension, BACKWARD: direction === 1 ? 0 : 1 };
    await plan.add({ label: 'rope', source: common + ropeSource, constants, entryPoint: 'turn' }, [this.dims, this.rows, this.model.angles, qkv], ({ rows }) => linearGrid(rows * heads));
  }

  private async swiglu(plan: Plan<BatchShape>, direction: 'FORWARD' | 'BACKWARD', buffers: GPUBuffer[]): Promise<void> {
    const F = this.model.layout.intermediate;
    const constants = { F, FORWARD: 0, BACKWARD: 0, [direction]: 1 };
    await plan.add({ label: 'swiglu', source: common + swigluSource, constants, entryPoint: 'main' }, [this.dims, ...buffers], ({ rows }) => linearGrid((rows * F) / 4));
  }
}

/** Gradients that live only inside a backward pass, and the batch's tokens in the order the embedding's gradient wants. */
export interface BackwardScratch {
  dx: GPUBuffer;
  dNormed: GPUBuffer;
  dQkv: GPUBuffer;
  dAttended: GPUBuffer;
  dBoth: GPUBuffer;
  dInner: GPUBuffer;
  delta: GPUBuffer;
  partials: GPUBuffer;
  tokenGroups: GPUBuffer;
  sortedRows: GPUBuffer;
}

/** A constant that must reach WGSL as f32 even when its value is a whole number (1 / sqrt(1) for one). */
function fractional(value: number): number {
  return Number.isInteger(value) ? value + Number.EPSILON : value;
}

function ofLayer(buffers: readonly GPUBuffer[], layer: number): GPUBuffer {
  const buffer = buffers[layer];
  if (!buffer) throw new Error(`no buffer for layer ${layer}`);
  return buffer;
}
