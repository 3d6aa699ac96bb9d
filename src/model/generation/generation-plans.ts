/**
 * The buffers of a generating batch and its planned dispatches: `prefill` reads prompts into the cache, a round of
 * `decode` and `head` computes one token of every live sequence, `compact` drops finished sequences.
 */
import compactionSource from '../../../shaders/sampling/compaction.wgsl?raw';
import type { Gpu } from '../../gpu/device.ts';
import type { Plan } from '../../gpu/kernel.ts';
import { DecodeHead } from '../head/decode-head.ts';
import { layerActivations, layerWidths, type LayerActivations } from '../layer-activations.ts';
import { LayerPlanner } from '../layers.ts';
import type { Model } from '../model.ts';
import type { KeyValueCache } from '../ops/attention.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import { addNorm } from '../ops/norms.ts';
import { common, Dims, Row, Sampling, Slot } from '../records.ts';
import type { PlanContext, ScratchArena } from '../scratch-arena.ts';

export interface GeneratorOptions {
  /** Maximum number of concurrent sequences. */
  sequences: number;
  /** Maximum tokens of a prompt, and of a response. */
  promptTokens: number;
  responseTokens: number;
  /** Maximum number of distinct prompts; the number of sequences when left out. */
  prompts?: number;
  /** Maximum positions of a prompt with its response; the sum of both limits when left out. */
  positions?: number;
  /** Plans other readers of a round's logits, after sampling: `rows` hold the sampled tokens (token-readings.ts). */
  onLogits?: (
    plan: Plan<BatchShape>,
    round: { dims: GPUBufferBinding; rows: GPUBuffer; logits: GPUBuffer },
  ) => Promise<void>;
  /** Maximum sequences whose logits are computed at once (a multiple of 16), for tests. */
  logitsChunk?: number;
  /** Memory for activations and caches, as in `PassOptions`. */
  arena?: ScratchArena;
}

/** Prompt rows per prefill pass. */
const PREFILL_ROWS = 4096;

export class GenerationBuffers {
  readonly decodeDims: GPUBuffer;
  readonly prefillDims: GPUBuffer;
  /** First row of the prompt cache that a prefill pass fills. */
  readonly prefillFirst: GPUBuffer;
  readonly sampling: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly slots: GPUBuffer;
  readonly promptRows: GPUBuffer;
  readonly drawn: GPUBuffer;
  readonly lengths: GPUBuffer;
  /** One bit per token of the vocabulary: whether it ends a response. */
  readonly ends: GPUBuffer;
  /** Maximum rows of all distinct prompts, and of those in one prefill pass. */
  readonly promptCapacity: number;
  readonly prefillCapacity: number;
  private readonly owned: GPUBuffer[] = [];

  constructor(
    private readonly gpu: Gpu,
    vocabularySize: number,
    { sequences, prompts = sequences, promptTokens, responseTokens }: GeneratorOptions,
  ) {
    this.promptCapacity = Math.max(1, Math.min(prompts, sequences) * (promptTokens - 1));
    this.prefillCapacity = Math.max(promptTokens - 1, Math.min(this.promptCapacity, PREFILL_ROWS));
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.decodeDims = this.own('decode dims', Dims.bytes, uniform | GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.prefillDims = this.own('prefill dims', Dims.bytes, uniform);
    this.prefillFirst = this.own('prefill first row', 16, uniform);
    this.sampling = this.own('sampling', Sampling.bytes, uniform);
    this.rows = this.own('decode rows', sequences * Row.bytes);
    this.slots = this.own('decode slots', sequences * Slot.bytes);
    this.promptRows = this.own('prompt rows', this.prefillCapacity * Row.bytes);
    this.drawn = this.own('drawn tokens', sequences * responseTokens * 8);
    this.lengths = this.own('response lengths', sequences * 4);
    this.ends = this.own('end tokens', Math.ceil(vocabularySize / 32) * 4);
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.owned) this.gpu.release(buffer);
  }
}

/** `decode` and `head` form one round: every live sequence's newest position, and its next token. */
export interface GenerationPlans extends Record<'prefill' | 'decode' | 'compact', Plan<BatchShape>> {
  head: DecodeHead;
}

export async function composeGeneration(
  planContext: PlanContext,
  model: Model,
  options: GeneratorOptions,
  buffers: GenerationBuffers,
): Promise<GenerationPlans> {
  const { tuner, tensor, plan, touch } = planContext;
  const { config, layout } = model;
  const width = 2 * config.keyValueHeads * layout.headDimension;
  const perLayer = (label: string, rows: number) =>
    Array.from({ length: config.layers }, (_, layer) => tensor(`${label} ${layer}`, rows * width * 4));
  const caches = {
    prompts: perLayer('prompt cache', buffers.promptCapacity),
    own: perLayer('cache', options.sequences * options.responseTokens),
    ownLength: options.responseTokens,
  };
  // The prefill pass runs several times and every round reads the caches of all rounds before it.
  touch(...caches.prompts, ...caches.own);
  const plans = { prefill: plan(), decode: plan(), compact: plan() };
  const composed = async (
    list: Plan<BatchShape>,
    dims: GPUBuffer,
    rows: GPUBuffer,
    capacity: number,
    pass: KeyValueCache['pass'],
  ) => {
    const planner = new LayerPlanner(model, tuner, { buffer: dims }, rows, capacity);
    const layers = layerActivations(model, { rows: capacity, label: 'generation', tensor });
    await planner.forward(list, layers, { ...caches, pass });
    return { planner, last: layers.at(-1) as LayerActivations };
  };
  if (options.promptTokens > 1)
    await composed(plans.prefill, buffers.prefillDims, buffers.promptRows, buffers.prefillCapacity, {
      kind: 'prefill',
      first: buffers.prefillFirst,
    });
  const { planner, last } = await composed(plans.decode, buffers.decodeDims, buffers.rows, options.sequences, {
    kind: 'decode',
    slots: buffers.slots,
  });
  const normed = tensor('generation normed', options.sequences * layout.hidden * 4);
  const scale = tensor('generation scale', options.sequences * layerWidths(model).scale * 4);
  await addNorm(planner, plans.decode, layout.finalNorm, last.output, normed, scale);
  const { sampling, slots, rows, drawn, lengths, ends } = buffers;
  const head = await DecodeHead.compose(planContext, {
    ...options,
    model,
    tuner,
    dims: buffers.decodeDims,
    normed,
    sampling,
    slots,
    rows,
    drawn,
    lengths,
    ends,
  });
  await plans.compact.add(
    { label: 'compaction', source: common + Slot.wgsl + compactionSource, constants: {}, entryPoint: 'compact' },
    [buffers.decodeDims, rows, slots],
    () => [1, 1, 1],
  );
  touch(...caches.prompts, ...caches.own);
  return { ...plans, head };
}
