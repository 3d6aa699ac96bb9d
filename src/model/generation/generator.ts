/**
 * Batched generation with a key-value cache. Every distinct prompt is read once and its keys and values are read in
 * place by its whole group; then all sequences decode together, one position per round, sampling on the GPU. Finished
 * sequences leave the batch: the GPU compacts it (compaction.wgsl), so later rounds compute only live sequences. The
 * host submits one block of rounds ahead of the newest readback, so that the GPU never waits for it; a response depends
 * only on the prompt, the seed and its sequence's number.
 */
import { common, Dims, Row, Sampling, Slot } from '../records.ts';
import compactionSource from '../../../shaders/sampling/compaction.wgsl?raw';
import { StudioError } from '../../errors.ts';
import type { Gpu } from '../../gpu/device.ts';
import { submit, type Plan } from '../../gpu/kernel.ts';
import { Readback } from '../../gpu/readback.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { KeyValueCache } from '../ops/attention.ts';
import { DecodeHead } from '../head/decode-head.ts';
import { layerActivations, layerWidths, type LayerActivations } from '../layer-activations.ts';
import { LayerPlanner } from '../layers.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import type { Model } from '../model.ts';
import { addNorm } from '../ops/norms.ts';
import { ScratchArena, type PlanContext } from '../scratch-arena.ts';

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

export interface SamplingOptions {
  /** 0 is greedy. */
  temperature: number;
  /** 0: off. */
  topK: number;
  /** 1: off. */
  topP: number;
  /** uint32; samples depend only on (seed, number of the sequence, position). */
  seed: number;
  maxTokens: number;
  /** Ends a response; the response includes it. A number outside the vocabulary disables early ends. */
  endToken: number;
  signal?: AbortSignal;
}

export interface Generated {
  tokens: number[];
  /** log p of each token under softmax(logits / temperature) (temperature 1 when greedy), nats. */
  logprobs: number[];
}

/** Rounds per command buffer, after which the host learns how many sequences are left. */
const BLOCK = 8;
/** Smaller batches are compacted once per block: finished sequences cost less there than compaction. */
const COMPACT_FROM = 32;
/** Prompt rows per prefill pass. */
const PREFILL_ROWS = 4096;

/** `decode` and `head` form one round: every live sequence's newest position, and its next token. */
interface Plans extends Record<'prefill' | 'decode' | 'compact', Plan<BatchShape>> {
  head: DecodeHead;
}

export class Generator {
  private readonly owned: GPUBuffer[] = [];
  private readonly decodeDims: GPUBuffer;
  private readonly prefillDims: GPUBuffer;
  private readonly sampling: GPUBuffer;
  private readonly rows: GPUBuffer;
  private readonly slots: GPUBuffer;
  private readonly promptRows: GPUBuffer;
  /** First row of the prompt cache that a prefill pass fills. */
  private readonly prefillFirst: GPUBuffer;
  private readonly drawn: GPUBuffer;
  private readonly lengths: GPUBuffer;
  private readonly results: Readback;
  /** Numbers of live sequences, for two blocks in turn. */
  private readonly living: [Readback, Readback];
  private readonly arena: ScratchArena;
  private plans: Plans | undefined;
  private readonly prefillCapacity: number;
  private readonly promptCapacity: number;

  private constructor(
    readonly model: Model,
    readonly options: GeneratorOptions,
  ) {
    const { gpu } = model;
    this.promptCapacity = Math.max(
      1,
      Math.min(options.prompts ?? options.sequences, options.sequences) * (options.promptTokens - 1),
    );
    this.prefillCapacity = Math.max(options.promptTokens - 1, Math.min(this.promptCapacity, PREFILL_ROWS));
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.decodeDims = this.own('decode dims', Dims.bytes, uniform | GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.prefillDims = this.own('prefill dims', Dims.bytes, uniform);
    this.prefillFirst = this.own('prefill first row', 16, uniform);
    this.sampling = this.own('sampling', Sampling.bytes, uniform);
    this.rows = this.own('decode rows', options.sequences * Row.bytes);
    this.slots = this.own('decode slots', options.sequences * Slot.bytes);
    this.promptRows = this.own('prompt rows', this.prefillCapacity * Row.bytes);
    this.drawn = this.own('drawn tokens', options.sequences * options.responseTokens * 8);
    this.lengths = this.own('response lengths', options.sequences * 4);
    this.results = new Readback(gpu, 'generation', this.drawn.size + this.lengths.size);
    this.living = [new Readback(gpu, 'living sequences', 16), new Readback(gpu, 'living sequences', 16)];
    this.arena = options.arena ?? new ScratchArena(gpu);
  }

  static async create(model: Model, tuner: Tuner, options: GeneratorOptions): Promise<Generator> {
    const length = options.positions ?? options.promptTokens + options.responseTokens;
    if (length > model.config.maxPositions) {
      throw new StudioError(
        'input',
        `Prompt and response together may take ${length} tokens, the model has ${model.config.maxPositions} positions.`,
        'Lower max_response_tokens or choose a model with more positions.',
      );
    }
    return model.gpu.guarded('generation', async () => {
      const generator = new Generator(model, options);
      generator.plans = await generator.arena.compose(tuner, (planContext) => generator.compose(planContext));
      return generator;
    });
  }

  private own(label: string, bytes: number, usage?: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.model.gpu.buffer(label, bytes, usage);
    this.owned.push(buffer);
    return buffer;
  }

  private get gpu(): Gpu {
    return this.model.gpu;
  }

  private get planned(): Plans {
    if (!this.plans) throw new Error('a generator is planned before it is used');
    return this.plans;
  }

  private async compose(planContext: PlanContext): Promise<Plans> {
    const { tuner, tensor, plan, touch } = planContext;
    const { model, options } = this;
    const { config, layout } = model;
    const width = 2 * config.keyValueHeads * layout.headDimension;
    const perLayer = (label: string, rows: number) =>
      Array.from({ length: config.layers }, (_, layer) => tensor(`${label} ${layer}`, rows * width * 4));
    const caches = {
      prompts: perLayer('prompt cache', this.promptCapacity),
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
      await composed(plans.prefill, this.prefillDims, this.promptRows, this.prefillCapacity, {
        kind: 'prefill',
        first: this.prefillFirst,
      });
    const { planner, last } = await composed(plans.decode, this.decodeDims, this.rows, options.sequences, {
      kind: 'decode',
      slots: this.slots,
    });
    const normed = tensor('generation normed', options.sequences * layout.hidden * 4);
    const scale = tensor('generation scale', options.sequences * layerWidths(model).scale * 4);
    await addNorm(planner, plans.decode, layout.finalNorm, last.output, normed, scale);
    const { sampling, slots, rows, drawn, lengths } = this;
    const head = await DecodeHead.compose(planContext, {
      ...options,
      model,
      tuner,
      dims: this.decodeDims,
      normed,
      sampling,
      slots,
      rows,
      drawn,
      lengths,
    });
    await plans.compact.add(
      { label: 'compaction', source: common + Slot.wgsl + compactionSource, constants: {}, entryPoint: 'compact' },
      [this.decodeDims, this.rows, this.slots],
      () => [1, 1, 1],
    );
    touch(...caches.prompts, ...caches.own);
    return { ...plans, head };
  }

  /**
   * One response for each entry of `prompts`; equal prompts (the same array) share their prefill.
   *
   * @param prompts token ids, at most `options.sequences` of them, each of 1 to `promptTokens` tokens
   * @throws StudioError `cancelled` when the signal fires, `device-lost`
   */
  async generate(prompts: readonly (readonly number[])[], sampling: SamplingOptions): Promise<Generated[]> {
    const { options } = this;
    if (prompts.length === 0) return [];
    if (prompts.length > options.sequences)
      throw new RangeError(`${prompts.length} sequences, planned for ${options.sequences}`);
    const maxTokens = Math.min(sampling.maxTokens, options.responseTokens);
    this.start(prompts, sampling, maxTokens);
    const compactEvery = prompts.length >= COMPACT_FROM ? 1 : BLOCK;
    // Upper bound on live sequences: the count as of the block before the last one submitted.
    let alive = prompts.length;
    let heard: Promise<number> | undefined;
    for (let block = 0; block * BLOCK < maxTokens && alive > 0; block++) {
      sampling.signal?.throwIfAborted();
      const last = Math.min((block + 1) * BLOCK, maxTokens);
      const shape: BatchShape = { rows: alive, targets: 0, sequences: alive, distinct: 0 };
      submit(this.gpu, (pass) => {
        for (let round = block * BLOCK + 1; round <= last; round++) {
          this.recordRound(pass, shape);
          if (round % compactEvery === 0) this.planned.compact.encode(pass, shape);
        }
      });
      if (last === maxTokens) break;
      const before = heard;
      heard = this.countLiving(this.living[block % 2 === 0 ? 0 : 1]);
      // A pending read is abandoned when an earlier one fails or the call is cancelled; its failure is ignored here.
      heard.catch(() => undefined);
      if (before) alive = await before;
    }
    sampling.signal?.throwIfAborted();
    return this.collect(prompts.length, maxTokens);
  }

  private async countLiving(readback: Readback): Promise<number> {
    return (
      new Uint32Array(await readback.read([{ source: this.decodeDims, offset: Dims.offset.rows * 4, bytes: 4 }]))[0] ??
      0
    );
  }

  /** One round for a started batch of one; the readback of its result is queued next. */
  round(): void {
    submit(this.gpu, (pass) => this.recordRound(pass, { rows: 1, targets: 0, sequences: 1, distinct: 0 }));
  }

  private recordRound(pass: GPUComputePassEncoder, shape: BatchShape): void {
    this.planned.decode.encode(pass, shape);
    this.planned.head.encode(pass, shape);
  }

  /** Uploads the batch and fills the cache from the prompts, all but their last token, which the first round reads. */
  start(prompts: readonly (readonly number[])[], sampling: SamplingOptions, maxTokens: number): void {
    const { queue } = this.gpu.device;
    const rows = Row.array(prompts.length);
    const slots = Slot.array(prompts.length);
    const places = new Map<readonly number[], number>();
    let promptRows = 0;
    for (const [number, prompt] of prompts.entries()) {
      if (prompt.length === 0 || prompt.length > this.options.promptTokens)
        throw new RangeError(`prompt of ${prompt.length} tokens, planned for 1 to ${this.options.promptTokens}`);
      let place = places.get(prompt);
      if (place === undefined) {
        place = promptRows;
        places.set(prompt, place);
        promptRows += prompt.length - 1;
      }
      rows.set(number, { token: prompt.at(-1) ?? 0, position: prompt.length - 1, start: 0, end: 0 });
      slots.set(number, { sequence: number, promptFirst: place, promptLength: prompt.length - 1, spare: 0 });
    }
    if (promptRows > this.promptCapacity)
      throw new RangeError(
        `${places.size} distinct prompts of ${promptRows} tokens, planned for ${this.promptCapacity}`,
      );
    const { temperature, topP, topK, endToken, seed } = sampling;
    queue.writeBuffer(this.sampling, 0, Sampling.pack({ temperature, topP, topK, endToken, maxNew: maxTokens, seed }));
    queue.writeBuffer(this.decodeDims, 0, Dims.pack({ rows: prompts.length, sequences: prompts.length }));
    queue.writeBuffer(this.rows, 0, rows.u32);
    queue.writeBuffer(this.slots, 0, slots.u32);
    this.prefill([...places.keys()].filter((prompt) => prompt.length > 1));
  }

  /** Fills the prompt cache, in passes of at most `prefillCapacity` rows. */
  private prefill(waiting: (readonly number[])[]): void {
    const { queue } = this.gpu.device;
    for (let next = 0, first = 0; next < waiting.length;) {
      const rows = Row.array(this.prefillCapacity);
      let count = 0;
      for (
        let prompt = waiting[next];
        prompt && count + prompt.length - 1 <= this.prefillCapacity;
        prompt = waiting[++next]
      ) {
        const length = prompt.length - 1;
        for (let t = 0; t < length; t++)
          rows.set(count + t, { token: prompt[t] ?? 0, position: t, start: count, end: count + length });
        count += length;
      }
      queue.writeBuffer(this.prefillDims, 0, Dims.pack({ rows: count }));
      queue.writeBuffer(this.prefillFirst, 0, new Uint32Array([first, 0, 0, 0]));
      queue.writeBuffer(this.promptRows, 0, rows.u32, 0, count * Row.words);
      submit(this.gpu, (pass) =>
        this.planned.prefill.encode(pass, { rows: count, targets: 0, sequences: 0, distinct: 0 }),
      );
      first += count;
    }
  }

  private async collect(count: number, maxTokens: number): Promise<Generated[]> {
    const stride = this.options.responseTokens * 2;
    const drawnBytes = count * stride * 4;
    const bytes = await this.results.read([
      { source: this.drawn, offset: 0, bytes: drawnBytes },
      { source: this.lengths, offset: 0, bytes: count * 4 },
    ]);
    const words = new Uint32Array(bytes);
    const floats = new Float32Array(bytes);
    return Array.from({ length: count }, (_, b) => {
      const length = Math.min(maxTokens, words[drawnBytes / 4 + b] ?? 0);
      const response: Generated = { tokens: new Array<number>(length), logprobs: new Array<number>(length) };
      for (let t = 0, at = b * stride; t < length; t++, at += 2) {
        response.tokens[t] = words[at] ?? 0;
        response.logprobs[t] = floats[at + 1] ?? 0;
      }
      return response;
    });
  }

  destroy(): void {
    for (const plan of Object.values(this.planned) as (Plan<BatchShape> | DecodeHead)[]) plan.destroy();
    for (const readback of [this.results, ...this.living]) readback.destroy();
    for (const buffer of this.owned) this.gpu.release(buffer);
    if (!this.options.arena) this.arena.destroy();
  }
}
