/**
 * Statistics of a loss's tokens: one record per token, reduced on the GPU to one row per minibatch, and the single
 * readback of a step.
 */
import type { DispatchEncoder } from '../gpu/cut-work.ts';
import statisticsSource from '../../shaders/objective/statistics.wgsl?raw';
import { Plan } from '../gpu/kernel.ts';
import { Readback, type ReadRange } from '../gpu/readback.ts';
import { common } from '../model/records.ts';
import type { BatchShape } from '../model/ops/batch-shape.ts';
import {
  DENSITY_COLUMNS,
  DENSITY_ROWS,
  HISTOGRAM_BINS,
  HISTOGRAM_RANGE,
  type TokenDistributions,
} from '../run/step-record.ts';
import type { LossInputs } from './loss-inputs.ts';
import { LIMITS } from './numerical-fault.ts';
import { STATISTICS, sumColumns, tokenCodes, TokenRecord, type TokenRecords } from './records.ts';

export interface StatisticsCapacity {
  /** Maximum response tokens of a rollout, or targets of a step. */
  tokens: number;
  /** Rows of the statistics table of a step: its minibatches, or their passes where they are split to fit in memory. */
  minibatches: number;
}

export interface StatisticsRead {
  /** STATISTICS floats per row of the table (`readRow`). */
  rows: Float32Array<ArrayBuffer>[];
  /** Undefined when they are not counted. */
  distributions: TokenDistributions | undefined;
  /** By index; as many as were requested. */
  records: TokenRecords;
}

/** Threads of the first stage of the sums. */
const THREADS = 256;
const COUNTS = 2 * HISTOGRAM_BINS + DENSITY_ROWS * DENSITY_COLUMNS;

export class TokenStatistics {
  /** TokenRecord by index, written by the loss, from the last minibatch with the token. */
  readonly records: GPUBuffer;
  private readonly owned: GPUBuffer[] = [];
  private readonly parts: GPUBuffer;
  private readonly counts: GPUBuffer;
  private readonly table: GPUBuffer;
  private readonly readback: Readback;
  private readonly plan: Plan<BatchShape>;

  private constructor(
    private readonly pass: LossInputs,
    private readonly capacity: StatisticsCapacity,
    private readonly distributions: boolean,
  ) {
    const { gpu } = pass;
    this.records = this.own('token records', capacity.tokens * TokenRecord.bytes);
    this.parts = this.own('statistics parts', THREADS * STATISTICS * 4);
    this.counts = this.own('token counts', COUNTS * 4);
    this.table = this.own('statistics', capacity.minibatches * STATISTICS * 4);
    this.readback = new Readback(gpu, 'statistics', this.table.size + this.counts.size + this.records.size);
    this.plan = new Plan(gpu);
  }

  /**
   * @param norm the optimizer's: its first float, the gradient norm, goes into the row; a bad row sets its third
   * @param options.distributions false skips counting and reading histogram and density
   */
  static async create(
    pass: LossInputs,
    capacity: StatisticsCapacity,
    norm: GPUBuffer,
    { distributions }: { distributions: boolean },
  ): Promise<TokenStatistics> {
    const statistics = new TokenStatistics(pass, capacity, distributions);
    await statistics.compose(norm);
    return statistics;
  }

  private own(label: string, bytes: number): GPUBuffer {
    const buffer = this.pass.gpu.buffer(label, bytes);
    this.owned.push(buffer);
    return buffer;
  }

  private async compose(norm: GPUBuffer): Promise<void> {
    const { pass } = this;
    const kernel = (flag: 'GATHER' | 'TOTAL', entryPoint: string) => ({
      label: `statistics ${entryPoint}`,
      source: common + tokenCodes + TokenRecord.wgsl + sumColumns + statisticsSource,
      constants: {
        GATHER: 0,
        TOTAL: 0,
        COUNT: Number(this.distributions),
        THREADS,
        BINS: HISTOGRAM_BINS,
        COLUMNS: DENSITY_COLUMNS,
        DENSITY_ROWS,
        RANGE: HISTOGRAM_RANGE + Number.EPSILON,
        ...LIMITS,
        [flag]: 1,
      },
      entryPoint,
    });
    await this.plan.add(
      kernel('GATHER', 'gather'),
      [pass.batchDims, pass.targets, this.records, this.parts, this.counts],
      () => [THREADS / 64, 1, 1],
    );
    await this.plan.add(kernel('TOTAL', 'total'), [pass.batchDims, this.parts, norm, this.table], () => [1, 1, 1]);
  }

  /** Writes the minibatch's row of the table, after the gradient norm is known. */
  encode(pass: DispatchEncoder): void {
    this.plan.encode(pass, this.pass.shape);
  }

  /** Clears histogram and density; once per step. */
  clearCounts(encoder: GPUCommandEncoder): void {
    encoder.clearBuffer(this.counts);
  }

  /** Token records alone, after a step failed. */
  async readRecords(tokens: number): Promise<TokenRecords> {
    const bytes = await this.readback.read([
      { source: this.records, offset: 0, bytes: Math.min(tokens, this.capacity.tokens) * TokenRecord.bytes },
    ]);
    return TokenRecord.over(new Uint8Array(bytes));
  }

  /**
   * The single readback of a step.
   *
   * @param minibatches rows of the table to read
   * @param tokens records to read as well, for showing tokens; 0 for none
   */
  async read(minibatches: number, tokens: number): Promise<StatisticsRead> {
    const counted = this.distributions ? COUNTS : 0;
    const ranges: ReadRange[] = [{ source: this.table, offset: 0, bytes: minibatches * STATISTICS * 4 }];
    if (counted > 0) ranges.push({ source: this.counts, offset: 0, bytes: counted * 4 });
    if (tokens > 0)
      ranges.push({
        source: this.records,
        offset: 0,
        bytes: Math.min(tokens, this.capacity.tokens) * TokenRecord.bytes,
      });
    const bytes = await this.readback.read(ranges);
    const countsAt = minibatches * STATISTICS * 4;
    const counts = Array.from(new Uint32Array(bytes, countsAt, counted));
    return {
      rows: Array.from({ length: minibatches }, (_, row) => new Float32Array(bytes, row * STATISTICS * 4, STATISTICS)),
      distributions:
        counted === 0
          ? undefined
          : {
              positive: counts.slice(0, HISTOGRAM_BINS),
              negative: counts.slice(HISTOGRAM_BINS, 2 * HISTOGRAM_BINS),
              density: counts.slice(2 * HISTOGRAM_BINS),
            },
      records: TokenRecord.over(new Uint8Array(bytes, countsAt + counted * 4)),
    };
  }

  destroy(): void {
    this.readback.destroy();
    for (const buffer of this.owned) this.pass.gpu.release(buffer);
  }
}
