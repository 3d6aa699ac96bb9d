/**
 * The buffers of the layers (layers.ts): activations that the forward pass keeps for the backward pass, and the
 * gradients that live only inside a backward pass.
 */
import type { Model } from './model.ts';
import type { LoraActivations, LoraScratch } from './ops/lora.ts';
import { normScaleWidth } from './ops/norms.ts';
import { partialFloats } from './ops/weight-products.ts';
import type { PlanContext } from './scratch-arena.ts';
import { flatRegions, type LayerRegions } from './weights/layout.ts';
import type { LinearName, LoraRegions } from './weights/region.ts';

/** The output of a branch that ends in a norm, and the statistics that the norm keeps. */
export interface NormedBranch {
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

/** Floats per row of each kind of activation. */
export function layerWidths(model: Model) {
  const { layout, config, structure } = model;
  const head = layout.headDimension;
  return {
    hidden: layout.hidden,
    scale: normScaleWidth(model),
    qkv: (config.heads + 2 * config.keyValueHeads) * head,
    heads: (config.heads + config.keyValueHeads) * head,
    attended: config.heads * head,
    gateUp: (structure.gated ? 2 : 1) * layout.intermediate,
    mlpHidden: layout.intermediate,
  };
}

/** The room for activations of a batch. */
export interface ActivationRoom {
  /** Maximum rows of the batch. */
  rows: number;
  /** Prefix of the buffers' labels. */
  label: string;
  tensor: PlanContext['tensor'];
}

/** Activations of all layers: a layer's output is the next one's input. */
export function layerActivations(model: Model, room: ActivationRoom): LayerActivations[] {
  const residual = () => room.tensor(`${room.label} x`, room.rows * layerWidths(model).hidden * 4);
  const layers: LayerActivations[] = [];
  let input = residual();
  for (let layer = 0; layer < model.config.layers; layer++) {
    const output = residual();
    layers.push({ input, output, ...innerActivations(model, layer, room) });
    input = output;
  }
  return layers;
}

/** The tensors between a layer's input and its output. */
function innerActivations(
  model: Model,
  layer: number,
  room: ActivationRoom,
): Omit<LayerActivations, 'input' | 'output'> {
  const { architecture, config } = model;
  const widths = layerWidths(model);
  const rows = (name: string, width: number) => room.tensor(`${room.label} ${name}`, room.rows * width * 4);
  const adapters = Object.entries(regionsOf(model, layer).lora) as [LinearName, LoraRegions][];
  const lora = Object.fromEntries(
    adapters.map(([name, { a, b }]) => [name, { low: rows(`${name} low`, a.rows), sum: rows(`${name} sum`, b.rows) }]),
  );
  const branch = (name: string) =>
    architecture.names.postNorms ? { output: rows(name, widths.hidden), scale: rows(`${name} scale`, 1) } : undefined;
  return {
    midResidual: rows('mid residual', widths.hidden),
    inputNormed: rows('input normed', widths.hidden),
    inputScale: rows('input scale', widths.scale),
    qkv: rows('qkv', widths.qkv),
    heads: architecture.names.headNorms ? rows('heads', widths.heads) : undefined,
    attended: rows('attended', widths.attended),
    logSumExp: rows('log-sum-exp', config.heads),
    midNormed: rows('mid normed', widths.hidden),
    midScale: rows('mid scale', widths.scale),
    gateUp: rows('gate and up', widths.gateUp),
    mlpHidden: rows('mlp hidden', widths.mlpHidden),
    attentionBranch: branch('attention branch'),
    mlpBranch: branch('mlp branch'),
    lora,
  };
}

/**
 * Activations of a layer to be recomputed from its input, except those kept by the MLP's last product, which is not
 * recomputed.
 */
export function recomputedActivations(
  model: Model,
  layer: number,
  kept: LayerActivations,
  room: ActivationRoom,
): LayerActivations {
  const inner = innerActivations(model, layer, room);
  const { down } = inner.mlpBranch ? inner.lora : kept.lora;
  return { ...kept, ...inner, lora: { ...inner.lora, ...(down && { down }) } };
}

/** Widest `low` and input of an adapted layer, in floats per row; undefined without adapters. */
export function loraWidths(model: Model): { low: number; input: number } | undefined {
  const regions = model.layout.layers.flatMap(({ lora }) => Object.values(lora));
  return regions.length === 0
    ? undefined
    : { low: Math.max(...regions.map(({ a }) => a.rows)), input: Math.max(...regions.map(({ a }) => a.columns)) };
}

/**
 * Floats of the scratch for partial sums: the largest gradient of a trained weight of layers and norms, times the
 * number of parts of its sum.
 */
export function layerPartials(model: Model, rows: number): number {
  const { finalNorm, layers } = model.layout;
  // The embeddings' gradients need no partial sums; the head reports its own need.
  const regions = [...flatRegions({ finalNorm }), ...layers.flatMap(flatRegions)].filter(({ trained }) => trained);
  return Math.max(0, ...regions.map((region) => partialFloats(model, region, rows)));
}

export function regionsOf({ layout }: Model, layer: number): LayerRegions {
  const regions = layout.layers[layer];
  if (!regions) throw new Error(`no layer ${layer}`);
  return regions;
}
