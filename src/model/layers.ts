/**
 * The transformer's layers as planned dispatches, forward and backward.
 *
 *   x1 = x0 + Wo attention(rope(Wqkv norm(x0)));   x2 = x1 + Wdown activation(Wgu norm(x1))
 *
 * Architectures add (spec/architectures/): biases; norms of query and key heads; a norm after each branch (Gemma); the
 * MLP on norm(x0), parallel to attention (GPT-NeoX). Shapes: x, normed [N, D]; qkv [N, (H+2G) E]; attended [N, H E];
 * gateUp [N, 2F], or [N, F] without a gate; mlpHidden [N, F]; all padded as described in layout.ts.
 */
import type { Tuner } from '../gpu/tuner.ts';
import { addAttention, addAttentionBackward, addRope, type KeyValueCache } from './ops/attention.ts';
import { addEmbedding, addEmbeddingBackward } from './ops/embedding.ts';
import { operandHalves, type OperandHalves } from './ops/f16-matmul.ts';
import type { GradientTarget, LayerContext, LayerPlan } from './ops/layer-context.ts';
import { flatRegions, trainedDepth, type LayerRegions } from './weights/layout.ts';
import { addLinear, addLinearBackward, type Linear } from './ops/linear.ts';
import type { LoraActivations, LoraScratch } from './ops/lora.ts';
import type { LoraRegions } from './weights/region.ts';
import type { LinearName } from './weights/region.ts';
import { addMlpActivation } from './ops/mlp-activation.ts';
import type { Model } from './model.ts';
import {
  addHeadNorms,
  addHeadNormsBackward,
  addNorm,
  addNormBackward,
  normScaleWidth,
  type HeadNorms,
} from './ops/norms.ts';
import { partialFloats } from './ops/weight-products.ts';

/** The output of a branch that ends in a norm, and the statistics that the norm keeps. */
interface NormedBranch {
  output: GPUBuffer;
  scale: GPUBuffer;
}

/** Activations of one layer: separate tensors, which share buffers where their lifetimes allow (scratch-arena.ts). */
export interface LayerActivations {
  /** Residual stream entering the layer, between attention and MLP, and leaving it. */
  input: GPUBuffer;
  midResidual: GPUBuffer;
  output: GPUBuffer;
  inputNormed: GPUBuffer;
  inputScale: GPUBuffer;
  qkv: GPUBuffer;
  /** Query and key heads before their norms. */
  heads: GPUBuffer | undefined;
  attended: GPUBuffer;
  logSumExp: GPUBuffer;
  midNormed: GPUBuffer;
  midScale: GPUBuffer;
  gateUp: GPUBuffer;
  mlpHidden: GPUBuffer;
  attentionBranch: NormedBranch | undefined;
  mlpBranch: NormedBranch | undefined;
  /** Of the linear layers with an adapter. */
  lora: Partial<Record<LinearName, LoraActivations>>;
}

/**
 * Gradients that live only inside a backward pass, and the batch's tokens in the order that the embedding's gradient
 * needs.
 */
export interface BackwardScratch {
  dx: GPUBuffer;
  /** Gradient of a branch that ends in a norm. */
  dBranch: GPUBuffer | undefined;
  dNormed: GPUBuffer;
  dQkv: GPUBuffer;
  dAttended: GPUBuffer;
  dGateUp: GPUBuffer;
  dMlpHidden: GPUBuffer;
  delta: GPUBuffer;
  partials: GPUBuffer;
  /** Only with adapters. */
  lora: LoraScratch | undefined;
  tokenGroups: GPUBuffer;
  sortedRows: GPUBuffer;
}

export class LayerPlanner implements LayerContext {
  readonly halves: OperandHalves | undefined;

  /** @param tensor as `PlanContext.tensor`; if given, matmuls use the model's own precision, otherwise f32 */
  constructor(
    readonly model: Model,
    readonly tuner: Tuner,
    readonly dims: GPUBufferBinding,
    readonly rows: GPUBuffer,
    readonly capacity: number,
    tensor?: (label: string, bytes: number) => GPUBuffer,
  ) {
    const { hidden, qkv, attended, gateUp, mlpHidden } = this.widths;
    if (tensor && model.matmulPrecision === 'f16')
      this.halves = operandHalves(model, capacity, Math.max(hidden, qkv, attended, gateUp, mlpHidden), tensor);
  }

  /** Floats per row. */
  get widths() {
    const { layout, config, structure } = this.model;
    const head = layout.headDimension;
    return {
      hidden: layout.hidden,
      scale: normScaleWidth(this.model),
      qkv: (config.heads + 2 * config.keyValueHeads) * head,
      heads: (config.heads + config.keyValueHeads) * head,
      attended: config.heads * head,
      gateUp: (structure.gated ? 2 : 1) * layout.intermediate,
      mlpHidden: layout.intermediate,
    };
  }

  /** Activations of all layers: a layer's output is the next one's input. @param tensor as `PlanContext.tensor` */
  activations(label: string, tensor: (label: string, bytes: number) => GPUBuffer): LayerActivations[] {
    const layers: LayerActivations[] = [];
    let input = tensor(`${label} x`, this.capacity * this.widths.hidden * 4);
    for (let layer = 0; layer < this.model.config.layers; layer++) {
      const output = tensor(`${label} x`, this.capacity * this.widths.hidden * 4);
      layers.push({ input, output, ...this.innerActivations(layer, label, tensor) });
      input = output;
    }
    return layers;
  }

  /** The tensors between a layer's input and its output. */
  private innerActivations(
    layer: number,
    label: string,
    tensor: (label: string, bytes: number) => GPUBuffer,
  ): Omit<LayerActivations, 'input' | 'output'> {
    const { widths } = this;
    const { architecture, config } = this.model;
    const rows = (name: string, width: number) => tensor(`${label} ${name}`, this.capacity * width * 4);
    const adapters = Object.entries(this.regions(layer).lora) as [LinearName, LoraRegions][];
    const lora = Object.fromEntries(
      adapters.map(([name, { a, b }]) => [
        name,
        { low: rows(`${name} low`, a.rows), sum: rows(`${name} sum`, b.rows) },
      ]),
    );
    const branch = (name: string) =>
      architecture.names.postNorms ? { output: rows(name, widths.hidden), scale: rows(`${name} scale`, 1) } : undefined;
    return {
      midResidual: rows('middle', widths.hidden),
      inputNormed: rows('input normed', widths.hidden),
      inputScale: rows('input scale', widths.scale),
      qkv: rows('qkv', widths.qkv),
      heads: architecture.names.headNorms ? rows('heads', widths.heads) : undefined,
      attended: rows('attended', widths.attended),
      logSumExp: rows('log-sum-exp', config.heads),
      midNormed: rows('middle normed', widths.hidden),
      midScale: rows('middle scale', widths.scale),
      gateUp: rows('gate and up', widths.gateUp),
      mlpHidden: rows('inner', widths.mlpHidden),
      attentionBranch: branch('attention branch'),
      mlpBranch: branch('mlp branch'),
      lora,
    };
  }

  /**
   * Activations of a layer to be recomputed from its input, except those kept by the MLP's last product, which is not
   * recomputed.
   */
  remade(
    layer: number,
    kept: LayerActivations,
    label: string,
    tensor: (label: string, bytes: number) => GPUBuffer,
  ): LayerActivations {
    const again = this.innerActivations(layer, label, tensor);
    const { down } = again.mlpBranch ? again.lora : kept.lora;
    return { ...kept, ...again, lora: { ...again.lora, ...(down && { down }) } };
  }

  /** Widest `low` and input of an adapted layer, in floats per row; undefined without adapters. */
  get loraWidths(): { low: number; input: number } | undefined {
    const regions = this.model.layout.layers.flatMap(({ lora }) => Object.values(lora));
    return regions.length === 0
      ? undefined
      : { low: Math.max(...regions.map(({ a }) => a.rows)), input: Math.max(...regions.map(({ a }) => a.columns)) };
  }

  /**
   * Floats of the scratch for partial sums: the largest gradient of a trained weight of layers and norms, times the
   * number of parts of its sum.
   */
  partials(rows: number): number {
    const { finalNorm, layers } = this.model.layout;
    // The embeddings' gradients need no partial sums; the head reports its own need.
    const regions = [...flatRegions({ finalNorm }), ...layers.flatMap(flatRegions)].filter(({ trained }) => trained);
    return Math.max(0, ...regions.map((region) => partialFloats(this.model, region, rows)));
  }

  async forward(plan: LayerPlan, layers: LayerActivations[], cache?: KeyValueCache): Promise<void> {
    const first = layers[0];
    if (!first) throw new Error('a model has at least one layer');
    await addEmbedding(this, plan, first.input);
    for (const [layer, activations] of layers.entries()) await this.layerForward(plan, layer, activations, cache);
  }

  private async layerForward(
    plan: LayerPlan,
    layer: number,
    x: LayerActivations,
    cache: KeyValueCache | undefined,
  ): Promise<void> {
    const regions = this.regions(layer);
    await this.innerForward(plan, layer, x, cache);
    await this.endBranch(
      plan,
      linearOf(regions).down,
      x.mlpHidden,
      x.midResidual,
      x.output,
      x.mlpBranch,
      regions.postMlpNorm,
      x.lora.down,
    );
  }

  /** All of a layer except the dispatches for its output: everything that the backward pass reads. */
  private async innerForward(
    plan: LayerPlan,
    layer: number,
    x: LayerActivations,
    cache: KeyValueCache | undefined,
  ): Promise<void> {
    const regions = this.regions(layer);
    const linear = linearOf(regions);
    await addNorm(this, plan, regions.inputNorm, x.input, x.inputNormed, x.inputScale);
    await addLinear(this, plan, linear.qkv, x.inputNormed, x.qkv, undefined, x.lora.qkv);
    const norms = headNormsOf(regions);
    if (norms && x.heads) await addHeadNorms(this, plan, norms, x.qkv, x.heads);
    await addRope(this, plan, layer, x.qkv, 1);
    await addAttention(this, plan, layer, x.qkv, x.attended, x.logSumExp, cache);
    await this.endBranch(
      plan,
      linear.output,
      x.attended,
      x.input,
      x.midResidual,
      x.attentionBranch,
      regions.postAttentionNorm,
      x.lora.output,
    );
    await addNorm(this, plan, regions.mlpNorm, this.mlpInput(x), x.midNormed, x.midScale);
    await addLinear(this, plan, linear.gateUp, x.midNormed, x.gateUp, undefined, x.lora.gateUp);
    await addMlpActivation(this, plan, 'FORWARD', [x.gateUp, x.mlpHidden]);
  }

  /** stream + W inner, or stream + norm(W inner). */
  private async endBranch(
    plan: LayerPlan,
    linear: Linear,
    inner: GPUBuffer,
    stream: GPUBuffer,
    output: GPUBuffer,
    branch: NormedBranch | undefined,
    norm: LayerRegions['postMlpNorm'],
    adapted: LoraActivations | undefined,
  ): Promise<void> {
    if (!branch || !norm) return addLinear(this, plan, linear, inner, output, stream, adapted);
    await addLinear(this, plan, linear, inner, branch.output, undefined, adapted);
    await addNorm(this, plan, norm, branch.output, output, branch.scale, { residual: stream });
  }

  /** The input of the MLP's norm: the stream after attention, or attention's own input when they run in parallel. */
  private mlpInput(x: LayerActivations): GPUBuffer {
    return this.model.structure.parallelResidual ? x.input : x.midResidual;
  }

  /**
   * Gradients of all layers, down to the lowest with trained weights. `scratch.dx` holds dL/d(last output) and ends,
   * where the embeddings are trained, as dL/d(first input), their gradient.
   *
   * @param again activations by layer to recompute from the layer's input, by the kernels that computed them first: the
   *   gradients are bit-equal
   */
  async backward(
    plan: LayerPlan,
    layers: LayerActivations[],
    gradients: GPUBuffer,
    scratch: BackwardScratch,
    again: (LayerActivations | undefined)[] = [],
  ): Promise<void> {
    const { lowest, embeddings } = trainedDepth(this.model.layout);
    for (let layer = layers.length - 1; layer >= lowest; layer--) {
      const remade = again[layer];
      // The norm after the MLP's branch is differentiated too, so the whole branch is recomputed.
      if (remade)
        await (remade.mlpBranch
          ? this.layerForward(plan, layer, remade, undefined)
          : this.innerForward(plan, layer, remade, undefined));
      await this.layerBackward(
        plan,
        layer,
        remade ?? (layers[layer] as LayerActivations),
        { gradients, partials: scratch.partials },
        scratch,
        embeddings || layer > lowest,
      );
    }
    if (embeddings) await addEmbeddingBackward(this, plan, scratch, scratch.dx, gradients);
  }

  /** @param toInput whether weights below the layer are trained and need the gradient of the layer's input */
  private async layerBackward(
    plan: LayerPlan,
    layer: number,
    x: LayerActivations,
    target: GradientTarget,
    scratch: BackwardScratch,
    toInput: boolean,
  ): Promise<void> {
    const regions = this.regions(layer);
    const linear = linearOf(regions);
    const { dx, dNormed, dQkv, dAttended, dGateUp, dMlpHidden, delta } = scratch;
    const parallel = this.model.structure.parallelResidual;
    // x2 = x1 + Wdown inner
    const dMlp = await this.branchGradient(plan, x.mlpBranch, regions.postMlpNorm, scratch, target);
    await addLinearBackward(this, plan, linear.down, x.mlpHidden, dMlp, dMlpHidden, target, x.lora.down, scratch.lora);
    await addMlpActivation(this, plan, 'BACKWARD', [x.gateUp, dMlpHidden, dGateUp]);
    await addLinearBackward(
      this,
      plan,
      linear.gateUp,
      x.midNormed,
      dGateUp,
      dNormed,
      target,
      x.lora.gateUp,
      scratch.lora,
    );
    const mlpNorm = () =>
      addNormBackward(this, plan, regions.mlpNorm, this.mlpInput(x), x.midScale, dNormed, dx, target);
    if (!parallel) await mlpNorm();
    // x1 = x0 + Wo attended; in parallel layers the MLP read x0, so its gradient joins only now
    const dAttention = await this.branchGradient(plan, x.attentionBranch, regions.postAttentionNorm, scratch, target);
    await addLinearBackward(
      this,
      plan,
      linear.output,
      x.attended,
      dAttention,
      dAttended,
      target,
      x.lora.output,
      scratch.lora,
    );
    if (parallel) await mlpNorm();
    await addAttentionBackward(this, plan, layer, {
      qkv: x.qkv,
      attended: x.attended,
      logSumExp: x.logSumExp,
      dAttended,
      dQkv,
      delta,
    });
    await addRope(this, plan, layer, dQkv, -1);
    const norms = headNormsOf(regions);
    if (norms && x.heads) await addHeadNormsBackward(this, plan, norms, x.heads, dQkv, target);
    const toNorm = toInput || flatRegions({ norm: regions.inputNorm }).some(({ trained }) => trained);
    await addLinearBackward(
      this,
      plan,
      linear.qkv,
      x.inputNormed,
      dQkv,
      toNorm ? dNormed : undefined,
      target,
      x.lora.qkv,
      scratch.lora,
    );
    if (toNorm)
      await addNormBackward(
        this,
        plan,
        regions.inputNorm,
        x.input,
        x.inputScale,
        dNormed,
        toInput ? dx : undefined,
        target,
      );
  }

  /** Gradient of a branch's last product: that of the stream, through the norm that ends the branch, if any. */
  private async branchGradient(
    plan: LayerPlan,
    branch: NormedBranch | undefined,
    norm: LayerRegions['postMlpNorm'],
    { dx, dBranch }: BackwardScratch,
    target: GradientTarget,
  ): Promise<GPUBuffer> {
    if (!branch || !norm || !dBranch) return dx;
    await addNormBackward(this, plan, norm, branch.output, branch.scale, dx, dBranch, target, { assign: true });
    return dBranch;
  }

  private regions(layer: number): LayerRegions {
    const regions = this.model.layout.layers[layer];
    if (!regions) throw new Error(`no layer ${layer}`);
    return regions;
  }
}

function linearOf(regions: LayerRegions): Record<LinearName, Linear> {
  return {
    qkv: { label: 'qkv', weight: regions.qkv, bias: regions.qkvBias, lora: regions.lora.qkv },
    output: { label: 'output', weight: regions.output, bias: regions.outputBias, lora: regions.lora.output },
    gateUp: { label: 'gate and up', weight: regions.gateUp, bias: regions.gateUpBias, lora: regions.lora.gateUp },
    down: { label: 'down', weight: regions.down, bias: regions.downBias, lora: regions.lora.down },
  };
}

function headNormsOf({ queryNorm, keyNorm }: LayerRegions): HeadNorms | undefined {
  return queryNorm && keyNorm && { query: queryNorm, key: keyNorm };
}
