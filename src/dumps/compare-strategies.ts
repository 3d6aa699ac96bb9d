/**
 * Strategies on the tokens of a dump's step, at the level of log-probs: there is no model, so a strategy's gradient is
 * that with respect to the log-prob of each token, dJ/dlogp = f (w A + push).
 */
import { StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { assertStrategyWorks } from '../objective/curves.ts';
import { Objective, type RolloutCorrection } from '../objective/objective.ts';
import type { TokenRecords } from '../objective/records.ts';
import { addRows, policyMetrics, readRow, type StatisticsRow } from '../objective/statistics.ts';
import type { Aggregation } from '../run/config.ts';
import {
  DENSITY_COLUMNS,
  DENSITY_ROWS,
  HISTOGRAM_BINS,
  ZONES,
  type TokenDistributions,
  type Zone,
} from '../run/step-record.ts';
import {
  resolveStrategy,
  strategyLabel,
  type ResolvedStrategy,
  type StrategyConfig,
} from '../run/strategies/strategy-config.ts';
import type { DumpComparison, DumpStrategy } from '../views/dump.ts';
import { Disagreements } from './disagreements.ts';
import { GivenTokens } from './given-tokens.ts';
import { partsOf, PART_TOKENS, type Part } from './parts.ts';
import { scatterOf } from './scatter.ts';
import type { StepEffect } from './step-effect.ts';
import type { StepTokens, TokenDump } from './token-dump.ts';

export interface DumpOptions {
  /** By default that of the first strategy, for all: gradients are compared at equal weights of the tokens. */
  aggregation?: Aggregation;
  correction?: RolloutCorrection | null;
  signal?: AbortSignal;
  /** For tests. */
  partTokens?: number;
}

/** Strategies that read entropies before and in the update. */
const WITH_ENTROPIES: readonly string[] = ['erc', 'gppo-erc'];

/** @throws StudioError `input` for a step without tokens, or a custom strategy that does not work; `cancelled` */
export async function compareStrategies(
  gpu: Gpu,
  dump: TokenDump,
  step: StepTokens,
  configs: readonly StrategyConfig[],
  options: DumpOptions = {},
): Promise<{ comparison: DumpComparison; effect: StepEffect }> {
  const strategies = configs.map(resolveStrategy);
  for (const strategy of strategies) await assertStrategyWorks(gpu, strategy);
  const aggregation = options.aggregation ?? strategies[0]?.aggregation ?? 'token-mean';
  const parts = partsOf(step, aggregation, options.partTokens ?? PART_TOKENS);
  if (parts.length === 0)
    throw new StudioError(
      'input',
      `Step ${step.step} of ${dump.name} has no token that counts.`,
      'Choose another step.',
    );
  const work = new Comparison(gpu, dump, step, strategies, options);
  return gpu.guarded('the tokens of the dump', async () => {
    const inputs = new GivenTokens(gpu, Math.max(...parts.map(({ tokens }) => tokens)));
    try {
      for (const part of parts) await work.add(inputs, part);
    } finally {
      inputs.destroy();
    }
    return { comparison: work.result(configs), effect: work.effect };
  });
}

class Comparison {
  readonly effect: StepEffect;
  /** By strategy, then minibatch. */
  private readonly rows: Map<number, Float32Array<ArrayBuffer>>[];
  private readonly silent: number[];
  private readonly products: number[][];
  private readonly distributions: TokenDistributions = {
    positive: new Array<number>(HISTOGRAM_BINS).fill(0),
    negative: new Array<number>(HISTOGRAM_BINS).fill(0),
    density: new Array<number>(DENSITY_ROWS * DENSITY_COLUMNS).fill(0),
  };
  private readonly disagreements = new Disagreements();
  private mass: number[];
  private unclippedMass = 0;
  private withAdvantage = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly dump: TokenDump,
    private readonly step: StepTokens,
    private readonly strategies: readonly ResolvedStrategy[],
    private readonly options: DumpOptions,
  ) {
    this.rows = strategies.map(() => new Map());
    this.silent = strategies.map(() => 0);
    this.mass = strategies.map(() => 0);
    this.products = strategies.map(() => strategies.map(() => 0));
    this.effect = {
      weight: new Float32Array(step.tokens),
      ppoWeight: new Float32Array(step.tokens),
      zone: new Uint8Array(step.tokens),
    };
  }

  /** Why a strategy cannot be computed from this dump. */
  private obstacle({ name, title }: ResolvedStrategy): string | undefined {
    if (!WITH_ENTROPIES.includes(name)) return undefined;
    const missing = (['entropies', 'oldEntropies'] as const).filter((one) => !this.step.column(one));
    return missing.length === 0
      ? undefined
      : `${title} needs the columns entropies and old_entropies in every row of the step`;
  }

  async add(inputs: GivenTokens, part: Part): Promise<void> {
    inputs.load(this.step, part, this.step.step);
    const gradients: (Float32Array | undefined)[] = [];
    const weights: (Float32Array | undefined)[] = [];
    for (const [s, strategy] of this.strategies.entries()) {
      this.options.signal?.throwIfAborted();
      const records =
        this.obstacle(strategy) === undefined ? await this.evaluate(inputs, part, s, strategy) : undefined;
      const [gradient, weight] = records ? this.read(records, part, s) : [];
      gradients.push(gradient);
      weights.push(weight);
    }
    for (const [a, one] of gradients.entries())
      for (const [b, other] of gradients.entries())
        if (a <= b) (this.products[a] as number[])[b] = (this.products[a]?.[b] ?? 0) + dot(one, other);
    this.disagreements.add(this.step, part, weights);
  }

  private async evaluate(
    inputs: GivenTokens,
    part: Part,
    s: number,
    strategy: ResolvedStrategy,
  ): Promise<TokenRecords> {
    const objective = await Objective.create(
      inputs,
      {
        strategy,
        klCoefficient: 0,
        klEstimator: 'k3',
        entropyCoefficient: 0,
        correction: this.options.correction ?? null,
        distributions: s === 0,
      },
      { tokens: part.tokens, minibatches: 1 },
      inputs.norm,
    );
    try {
      inputs.loadOld(objective, this.step, part);
      const encoder = this.gpu.device.createCommandEncoder();
      objective.statistics.clearCounts(encoder);
      encoder.clearBuffer(inputs.norm);
      const pass = encoder.beginComputePass();
      objective.encodeEvaluate(pass);
      objective.statistics.encode(pass);
      pass.end();
      this.gpu.device.queue.submit([encoder.finish()]);
      const { rows, records, distributions } = await objective.statistics.read(1, part.tokens);
      const [row] = rows;
      const before = this.rows[s]?.get(part.minibatch);
      if (row) this.rows[s]?.set(part.minibatch, before ? addRows([before, row]) : row);
      if (distributions)
        for (const name of ['positive', 'negative', 'density'] as const)
          for (const [i, count] of distributions[name].entries())
            this.distributions[name][i] = (this.distributions[name][i] ?? 0) + count;
      return records;
    } finally {
      objective.destroy();
    }
  }

  /** dJ/dlogp and weight of the part's tokens. */
  private read(records: TokenRecords, part: Part, s: number): [Float32Array, Float32Array] {
    const gradient = new Float32Array(part.tokens);
    const weight = new Float32Array(part.tokens);
    let at = 0;
    for (const response of part.responses) {
      const end = this.step.first[response + 1] ?? 0;
      for (let t = this.step.first[response] ?? 0; t < end; t++, at++) {
        const [w, advantage] = [records.number(at, 'weight'), records.number(at, 'advantage')];
        const factor = records.number(at, 'lossWeight');
        weight[at] = w;
        gradient[at] = factor * (w * advantage + records.number(at, 'push'));
        this.mass[s] = (this.mass[s] ?? 0) + Math.abs(gradient[at] ?? 0);
        if (advantage !== 0 && gradient[at] === 0) this.silent[s] = (this.silent[s] ?? 0) + 1;
        if (s > 0) continue;
        if (advantage !== 0) this.withAdvantage += 1;
        this.unclippedMass += Math.abs(factor * records.number(at, 'ratio') * advantage);
        this.effect.weight[t] = w;
        this.effect.ppoWeight[t] = records.number(at, 'ppoWeight');
        this.effect.zone[t] = records.number(at, 'zone');
      }
    }
    return [gradient, weight];
  }

  result(configs: readonly StrategyConfig[]): DumpComparison {
    const strategies = this.strategies.map((strategy, s) => this.strategy(strategy, configs[s] as StrategyConfig, s));
    const product = (a: number, b: number) => this.products[Math.min(a, b)]?.[Math.max(a, b)] ?? 0;
    return {
      step: this.step.step,
      tokens: this.step.tokens,
      responses: this.step.responses,
      strategies,
      cosine: strategies.map((_, a) =>
        strategies.map((_, b) => {
          const norms = Math.sqrt(product(a, a) * product(b, b));
          return norms > 0 ? product(a, b) / norms : NaN;
        }),
      ),
      distributions: this.distributions,
      scatter: scatterOf(this.step, this.effect),
      disagreements: this.disagreements.list(this.dump, this.step),
    };
  }

  private strategy(strategy: ResolvedStrategy, config: StrategyConfig, s: number): DumpStrategy {
    const rows = [...(this.rows[s]?.values() ?? [])].map((row): StatisticsRow => readRow(row));
    const failed =
      this.obstacle(strategy) ??
      (rows.some(({ strategyNotFinite }) => strategyNotFinite > 0)
        ? 'gave no finite number for some tokens'
        : undefined);
    const metrics =
      rows.length === 0
        ? {}
        : policyMetrics(rows, { positiveLm: 0, klCoefficient: 0, entropyCoefficient: 0, strategy });
    const masses = ZONES.map((zone) => metrics[`zone/${zone}/mass`] ?? 0);
    const all = masses.reduce((sum, mass) => sum + mass, 0);
    return {
      label: strategyLabel(config),
      config,
      ...(failed !== undefined && { failed }),
      metrics,
      silent: (this.silent[s] ?? 0) / Math.max(1, this.withAdvantage),
      massRatio: this.unclippedMass > 0 ? (this.mass[s] ?? 0) / this.unclippedMass : NaN,
      zones: Object.fromEntries(
        ZONES.map((zone, i) => [
          zone,
          { fraction: metrics[`zone/${zone}/fraction`] ?? 0, mass: all > 0 ? (masses[i] ?? 0) / all : 0 },
        ]),
      ) as Record<Zone, { fraction: number; mass: number }>,
    };
  }
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
