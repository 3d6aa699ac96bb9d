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
import {
  layerWidths,
  regionsOf,
  type BackwardScratch,
  type LayerActivations,
  type NormedBranch,
} from './layer-activations.ts';
import type { GradientTarget, LayerContext, LayerPlan } from './ops/layer-context.ts';
import { flatRegions, trainedDepth, type LayerRegions } from './weights/layout.ts';
import { addLinear, addLinearBackward, type Linear } from './ops/linear.ts';
import type { LoraActivations } from './ops/lora.ts';
import type { LinearName } from './weights/region.ts';
import { addMlpActivation } from './ops/mlp-activation.ts';
import type { Model } from './model.ts';
import { addHeadNorms, addHeadNormsBackward, addNorm, addNormBackward, type HeadNorms } from './ops/norms.ts';

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
    const { hidden, qkv, attended, gateUp, mlpHidden } = layerWidths(model);
    if (tensor && model.matmulPrecision === 'f16')
      this.halves = operandHalves(model, capacity, Math.max(hidden, qkv, attended, gateUp, mlpHidden), tensor);
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
    const regions = regionsOf(this.model, layer);
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
    const regions = regionsOf(this.model, layer);
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
   * @param recomputed activations, by layer, to compute once more from the layer's input, by the kernels that computed
   *   them first: the gradients are bit-equal
   */
  async backward(
    plan: LayerPlan,
    layers: LayerActivations[],
    gradients: GPUBuffer,
    scratch: BackwardScratch,
    recomputed: (LayerActivations | undefined)[] = [],
  ): Promise<void> {
    const { lowest, embeddings } = trainedDepth(this.model.layout);
    for (let layer = layers.length - 1; layer >= lowest; layer--) {
      const fresh = recomputed[layer];
      // The norm after the MLP's branch is differentiated too, so the whole branch is recomputed.
      if (fresh)
        await (fresh.mlpBranch
          ? this.layerForward(plan, layer, fresh, undefined)
          : this.innerForward(plan, layer, fresh, undefined));
      await this.layerBackward(
        plan,
        layer,
        fresh ?? (layers[layer] as LayerActivations),
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
    const regions = regionsOf(this.model, layer);
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
