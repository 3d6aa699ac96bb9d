/** Converts the GPU's sums to named metrics. */
import { StudioError } from '../errors.ts';
import { ZONES } from '../run/step-record.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import { Sums, ZoneSums } from './records.ts';

/**
 * The row of a minibatch from the rows of its passes: all columns are sums over tokens except the gradient norm, which
 * only the last pass has.
 */
export function addRows(rows: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  if (rows.length === 1 && rows[0]) return rows[0];
  const sum = new Float32Array(rows[0]?.length ?? 0);
  for (let column = 0; column < sum.length; column++)
    sum[column] = rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  sum[Sums.offset.gradientNorm] = rows.at(-1)?.[Sums.offset.gradientNorm] ?? NaN;
  return sum;
}

/** A row of the table by name. @param row STATISTICS floats */
export function readRow(row: Float32Array<ArrayBuffer>) {
  const zones = ZoneSums.over(row.subarray(Sums.words));
  return { ...Sums.over(row).get(0), zones: ZONES.map((_, zone) => zones.get(zone)) };
}

export type StatisticsRow = ReturnType<typeof readRow>;

export interface PolicyMetricOptions {
  /** A coefficient of 0 omits its metric. */
  positiveLm: number;
  klCoefficient: number;
  entropyCoefficient: number;
  strategy?: Pick<ResolvedStrategy, 'name'>;
  tisCap?: number | null;
  /** Maximum gradient norm of an update; omitted without updates. */
  gradientClip?: number;
}

/** Total loss of a minibatch. */
export function totalLoss(
  row: StatisticsRow,
  options: Omit<PolicyMetricOptions, 'positiveLm' | 'strategy' | 'tisCap'>,
): number {
  return (
    -row.surrogate + row.lmLoss + options.klCoefficient * row.kl - options.entropyCoefficient * row.weightedEntropy
  );
}

/**
 * Metrics of a step from the rows of its minibatches: verl's and TRL's metrics are means over minibatches, as in those
 * libraries; a zone's fraction and means are over all tokens of the step.
 */
export function policyMetrics(rows: readonly StatisticsRow[], options: PolicyMetricOptions): Record<string, number> {
  const mean = (value: (row: StatisticsRow) => number) => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const metrics: Record<string, number> = {
    'actor/pg_loss': mean((row) => -row.surrogate),
    'actor/pg_clipfrac': mean((row) => row.clipped / row.tokens),
    'actor/pg_clipfrac_lower': mean((row) => row.dualClipped / row.tokens),
    // verl's kl_cov reports the mean of |log r| under this name, every other loss the mean of -log r.
    'actor/ppo_kl': mean(
      (row) => (options.strategy?.name === 'kl-cov' ? row.absoluteLogRatio : row.minusLogRatio) / row.tokens,
    ),
    'actor/entropy': mean((row) => row.entropy / row.tokens),
    'actor/grad_norm': mean((row) => row.gradientNorm),
    'actor/rollout_mismatch': mean((row) => row.mismatch / row.tokens),
    'clip_ratio/low_mean': mean((row) => row.low / row.tokens),
    'clip_ratio/high_mean': mean((row) => row.high / row.tokens),
    'clip_ratio/region_mean': mean((row) => (row.low + row.high) / row.tokens),
  };
  if (options.tisCap) metrics['rollout_corr/rollout_is_mean'] = mean((row) => row.correction / row.tokens);
  if (options.positiveLm > 0)
    metrics['actor/positive_loss'] =
      ratioOf(
        rows,
        (row) => row.positiveLoss,
        (row) => row.positiveTokens,
      ) ?? 0;
  if (options.gradientClip !== undefined)
    metrics['actor/grad_clipped_fraction'] = gradientClippedFraction(rows, options.gradientClip);
  if (options.klCoefficient > 0) metrics['actor/kl_loss'] = mean((row) => row.kl);
  return { ...metrics, ...zoneMetrics(rows) };
}

/** Share of updates whose gradient was clipped: those with a norm above `clip`, compared in f32. */
export function gradientClippedFraction(rows: readonly { gradientNorm: number }[], clip: number): number {
  return rows.filter(({ gradientNorm }) => gradientNorm > Math.fround(clip)).length / rows.length;
}

function zoneMetrics(rows: readonly StatisticsRow[]): Record<string, number> {
  const metrics: Record<string, number> = {};
  const zoneOf = (row: StatisticsRow, zone: number) =>
    row.zones[zone] ?? { tokens: 0, weight: 0, mass: 0, entropy: 0, probability: 0 };
  let allMass = 0;
  let preserved = 0;
  for (const [zone, name] of ZONES.entries()) {
    const tokens = (row: StatisticsRow) => zoneOf(row, zone).tokens;
    const mass = rows.reduce((sum, row) => sum + zoneOf(row, zone).mass, 0) / rows.length;
    allMass += mass;
    if (name === 'positive-high' || name === 'negative-low') preserved += mass;
    metrics[`zone/${name}/fraction`] = ratioOf(rows, tokens, (row) => row.tokens) ?? 0;
    metrics[`zone/${name}/mass`] = mass;
    // An empty zone has no means: they are omitted rather than shown as 0.
    const weight = ratioOf(rows, (row) => zoneOf(row, zone).weight, tokens);
    if (weight === undefined) continue;
    metrics[`zone/${name}/weight_mean`] = weight;
    metrics[`zone/${name}/entropy`] = ratioOf(rows, (row) => zoneOf(row, zone).entropy, tokens) ?? 0;
    metrics[`zone/${name}/probability`] = ratioOf(rows, (row) => zoneOf(row, zone).probability, tokens) ?? 0;
  }
  metrics['gradient/preserved_share'] = allMass > 0 ? preserved / allMass : 0;
  metrics['gradient/negative_share'] =
    allMass > 0 ? rows.reduce((sum, row) => sum + row.negativeMass, 0) / rows.length / allMass : 0;
  return metrics;
}

function ratioOf(
  rows: readonly StatisticsRow[],
  above: (row: StatisticsRow) => number,
  below: (row: StatisticsRow) => number,
): number | undefined {
  const count = rows.reduce((sum, row) => sum + below(row), 0);
  return count === 0 ? undefined : rows.reduce((sum, row) => sum + above(row), 0) / count;
}

/** Mean, highest and lowest under verl's names. @param times weight of each value; 1 when left out */
export function spread(name: string, values: readonly number[], times?: readonly number[]): Record<string, number> {
  let [count, sum, max, min] = [0, 0, -Infinity, Infinity];
  for (const [i, value] of values.entries()) {
    const often = times?.[i] ?? 1;
    if (often === 0) continue;
    for (let k = 0; k < often; k++) sum += value;
    count += often;
    max = Math.max(max, value);
    min = Math.min(min, value);
  }
  return count === 0 ? {} : { [`${name}/mean`]: sum / count, [`${name}/max`]: max, [`${name}/min`]: min };
}

/**
 * A custom strategy may return NaN or exhaust its loop budget.
 *
 * @throws StudioError `numerical` with the number of such tokens
 */
export function checkOutcomes(row: StatisticsRow, strategy: Pick<ResolvedStrategy, 'title' | 'custom'>): void {
  const problem = strategyProblem(row, strategy);
  if (problem === undefined) return;
  throw new StudioError('numerical', `${problem} of a minibatch.`, 'Correct the strategy.');
}

/** How a custom strategy failed on a minibatch, as a clause; undefined if it did not. */
export function strategyProblem(
  row: Pick<StatisticsRow, 'strategyNotFinite' | 'strategyExhausted' | 'tokens'>,
  strategy: Pick<ResolvedStrategy, 'title' | 'custom'>,
): string | undefined {
  if (!strategy.custom || row.strategyNotFinite === 0) return undefined;
  const what =
    row.strategyExhausted > 0
      ? `looped too long for ${row.strategyExhausted}`
      : `gave no finite number for ${row.strategyNotFinite}`;
  return `The strategy "${strategy.title}" ${what} of ${row.tokens} tokens`;
}
