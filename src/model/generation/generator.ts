/**
 * Batched generation with a key-value cache. Every distinct prompt is read once and its keys and values are read in
 * place by its whole group; then all sequences decode together, one position per round, sampling on the GPU. Finished
 * sequences leave the batch: the GPU compacts it (compaction.wgsl), so later rounds compute only live sequences. The
 * host submits one block of rounds ahead of the newest readback, so that the GPU never waits for it; a response depends
 * only on the prompt, the seed and its sequence's number.
 */
import { CutWork, type DispatchEncoder } from '../../gpu/cut-work.ts';
import { StudioError } from '../../errors.ts';
import type { Gpu } from '../../gpu/device.ts';
import { submit, type Plan } from '../../gpu/kernel.ts';
import { Readback } from '../../gpu/readback.ts';
import type { Tuner } from '../../gpu/tuner.ts';
import type { DecodeHead } from '../head/decode-head.ts';
import type { Model } from '../model.ts';
import type { BatchShape } from '../ops/batch-shape.ts';
import { Dims, Row, Sampling } from '../records.ts';
import { ScratchArena } from '../scratch-arena.ts';
import {
  composeGeneration,
  GenerationBuffers,
  type GenerationPlans,
  type GeneratorOptions,
} from './generation-plans.ts';
import { placePrompts, prefillPasses } from './prompt-rows.ts';

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
  /** Each of them ends a response, which includes it. Ids outside the vocabulary are never sampled. */
  endTokens: readonly number[];
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

export class Generator {
  private readonly buffers: GenerationBuffers;
  private readonly results: Readback;
  /** Numbers of live sequences, for two blocks in turn. */
  private readonly liveCounts: [Readback, Readback];
  private readonly arena: ScratchArena;
  private plans: GenerationPlans | undefined;
  private readonly prefillWork: CutWork;
  private readonly roundsWork: CutWork;
  /** Multiply-adds per row, approximately. */
  private readonly rowWork: number;

  private constructor(
    readonly model: Model,
    readonly options: GeneratorOptions,
  ) {
    const { gpu } = model;
    this.buffers = new GenerationBuffers(gpu, model.config.vocabularySize, options);
    const { drawn, lengths } = this.buffers;
    this.results = new Readback(gpu, 'generation', drawn.size + lengths.size);
    this.liveCounts = [new Readback(gpu, 'living sequences', 16), new Readback(gpu, 'living sequences', 16)];
    this.arena = options.arena ?? new ScratchArena(gpu);
    this.prefillWork = new CutWork(gpu);
    this.roundsWork = new CutWork(gpu);
    this.rowWork = model.float32Bytes / 4;
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
      generator.plans = await generator.arena.compose(tuner, (planContext) =>
        composeGeneration(planContext, model, options, generator.buffers),
      );
      return generator;
    });
  }

  private get gpu(): Gpu {
    return this.model.gpu;
  }

  private get planned(): GenerationPlans {
    if (!this.plans) throw new Error('a generator is planned before it is used');
    return this.plans;
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
      this.roundsWork.submit((last - block * BLOCK) * alive * this.rowWork, (pass) => {
        for (let round = block * BLOCK + 1; round <= last; round++) {
          this.encodeRound(pass, shape);
          if (round % compactEvery === 0) this.planned.compact.encode(pass, shape);
        }
      });
      if (last === maxTokens) break;
      const before = heard;
      heard = this.readLiveCount(this.liveCounts[block % 2 === 0 ? 0 : 1]);
      // A pending read is abandoned when an earlier one fails or the call is cancelled; its failure is ignored here.
      heard.catch(() => undefined);
      if (before) alive = await before;
    }
    sampling.signal?.throwIfAborted();
    return this.collect(prompts.length, maxTokens);
  }

  private async readLiveCount(readback: Readback): Promise<number> {
    return (
      new Uint32Array(
        await readback.read([{ source: this.buffers.decodeDims, offset: Dims.offset.rows * 4, bytes: 4 }]),
      )[0] ?? 0
    );
  }

  /** One round for a started batch of one; the readback of its result is queued next. */
  round(): void {
    submit(this.gpu, (pass) => this.encodeRound(pass, { rows: 1, targets: 0, sequences: 1, distinct: 0 }));
  }

  private encodeRound(pass: DispatchEncoder, shape: BatchShape): void {
    this.planned.decode.encode(pass, shape);
    this.planned.head.encode(pass, shape);
  }

  /** Uploads the batch and fills the cache from the prompts, all but their last token, which the first round reads. */
  start(prompts: readonly (readonly number[])[], sampling: SamplingOptions, maxTokens: number): void {
    const { buffers } = this;
    const { queue } = this.gpu.device;
    const { rows, slots, distinct } = placePrompts(prompts, this.options.promptTokens, buffers.promptCapacity);
    const { temperature, topP, topK, endTokens, seed } = sampling;
    queue.writeBuffer(buffers.sampling, 0, Sampling.pack({ temperature, topP, topK, maxNew: maxTokens, seed }));
    queue.writeBuffer(buffers.ends, 0, bitsOf(endTokens, this.model.config.vocabularySize));
    queue.writeBuffer(buffers.decodeDims, 0, Dims.pack({ rows: prompts.length, sequences: prompts.length }));
    queue.writeBuffer(buffers.rows, 0, rows.u32);
    queue.writeBuffer(buffers.slots, 0, slots.u32);
    for (const { rows: packed, count, first } of prefillPasses(distinct, buffers.prefillCapacity)) {
      queue.writeBuffer(buffers.prefillDims, 0, Dims.pack({ rows: count }));
      queue.writeBuffer(buffers.prefillFirst, 0, new Uint32Array([first, 0, 0, 0]));
      queue.writeBuffer(buffers.promptRows, 0, packed.u32, 0, count * Row.words);
      this.prefillWork.submit(count * this.rowWork, (pass) =>
        this.planned.prefill.encode(pass, { rows: count, targets: 0, sequences: 0, distinct: 0 }),
      );
    }
  }

  private async collect(count: number, maxTokens: number): Promise<Generated[]> {
    const stride = this.options.responseTokens * 2;
    const drawnBytes = count * stride * 4;
    const bytes = await this.results.read([
      { source: this.buffers.drawn, offset: 0, bytes: drawnBytes },
      { source: this.buffers.lengths, offset: 0, bytes: count * 4 },
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
    for (const readback of [this.results, ...this.liveCounts]) readback.destroy();
    this.buffers.destroy();
    if (!this.options.arena) this.arena.destroy();
  }
}

/** One bit per token of the vocabulary, set for `tokens`. */
function bitsOf(tokens: readonly number[], vocabularySize: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(vocabularySize / 32));
  for (const token of tokens) {
    if (token < 0 || token >= vocabularySize) continue;
    words[token >>> 5] = (words[token >>> 5] ?? 0) | (1 << (token & 31));
  }
  return words;
}
