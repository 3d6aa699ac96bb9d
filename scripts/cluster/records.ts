/**
 * Losses and gradients of every strategy on random batches with masks, from the float64 reference with which the
 * kernels are tested (tests/reference/family.ts). check.py of an exported recipe compares its PyTorch losses with them.
 */
import { aggregationFactors } from '../../src/objective/aggregation.ts';
import { stream, type Random } from '../../src/random.ts';
import type { Aggregation } from '../../src/run/config.ts';
import { STRATEGY_NAMES, strategyInfo, type BuiltInStrategy } from '../../src/run/strategies/strategy-config.ts';
import { clipCovCandidates, slope, surrogates, type FamilyBatch, type Frozen } from '../../tests/reference/family.ts';

/** Divisor of seq-mean-token-sum-norm. */
export const NORM = 16;
const RESPONSES = 5;
const TOKENS = 8;

type Parameters = Frozen['parameters'];

/** Matrices of the shape [responses, tokens], padded with 0. */
export interface RecordedBatch {
  logprob: number[][];
  old_logprob: number[][];
  sampled_logprob: number[][];
  entropy: number[][];
  old_entropy: number[][];
  advantage: number[][];
  mask: number[][];
}

export interface RecordedCase {
  strategy: BuiltInStrategy;
  parameters: Parameters;
  aggregation: Aggregation;
  norm: number;
  /** Index into the batches. */
  batch: number;
  /** Weights of truncated importance sampling. */
  correction?: number[][];
  /** Tokens that Clip-Cov dropped. */
  dropped?: number[][];
  loss: number;
  /** Sum of the absolute values that the loss adds up, to which its difference is relative where it cancels. */
  scale: number;
  /** d loss / d logprob. */
  gradient: number[][];
}

export interface Records {
  source: string;
  batches: RecordedBatch[];
  cases: RecordedCase[];
}

/** Values that reach the branches which defaults do not. */
const VARIANTS: Partial<Record<BuiltInStrategy, Parameters[]>> = {
  ppo: [{ dual_clip: 1.5 }],
  'clip-higher': [{ dual_clip: 1.5 }],
  gppo: [{ beta1: 0.5, beta2: 2 }, { only_high: true }, { dual_clip: 1.5 }],
  'ce-gppo': [{ only_high: true }, { dual_clip: 1.5 }],
  cispo: [{ cap: 1.5 }],
  gspo: [{ eps_low: 0.2, eps_high: 0.2 }],
  luspo: [{ eps_low: 0.2, eps_high: 0.2 }],
  gmpo: [{ eps_low: 0.1, eps_high: 0.1 }],
  aspo: [{ c: 1.5 }],
  dcpo: [{ dual_clip: 1.5, eps_low: 0.02, eps_high: 0.03 }],
  bapo: [{ target_ratio: 3, dual_clip: 1.5 }],
  erc: [{ entropy_low: 0.8, entropy_high: 1.2 }],
  'gppo-erc': [{ entropy_low: 0.8, entropy_high: 1.2 }],
  'clip-cov': [{ fraction: 0.2, covariance_low: -1e9, covariance_high: 1e9 }],
  'kl-cov': [{ fraction: 0.3, kl_penalty: 1 }],
  maspo: [{ sigma_base: 0.2, alpha: 1, beta_pos: 0.5, beta_neg: 0.5 }],
  spo: [{ eps: 1 }],
  'dppo-tv': [{ eps_low: 0.02, eps_high: 0.03, c: 1.2 }],
  'dppo-kl': [{ eps_low: 0.005, eps_high: 0.01, c: 1.2 }],
  opsm: [{ delta: 0.05, dual_clip: 1.5 }],
  fipo: [{ high_only: false, safety: null, half_life: 3, dual_clip: 1.5 }, { influence_range: 0 }, { safety: 1.1 }],
  m2po: [{ threshold: 0.5 }, { threshold: 1e-9 }],
};

const AGGREGATIONS: readonly Aggregation[] = [
  'token-mean',
  'seq-mean-token-sum',
  'seq-mean-token-mean',
  'seq-mean-token-sum-norm',
];

export function makeRecords(): Records {
  const batches = [0.4, 0.05].map((spread, i) => randomBatch(stream(19, 'cluster batch', i), spread));
  const cases = STRATEGY_NAMES.flatMap((name) => casesOf(name, batches));
  return {
    source: 'tests/reference/family.ts of GPPO Studio, in float64; gradients by central differences',
    batches: batches.map(matrices),
    cases,
  };
}

function casesOf(strategy: BuiltInStrategy, batches: readonly FamilyBatch[]): RecordedCase[] {
  const { parameters, aggregation } = strategyInfo(strategy);
  const usual: Parameters = Object.fromEntries(Object.entries(parameters).map(([key, info]) => [key, info.default]));
  const others = AGGREGATIONS.filter((one) => one !== aggregation);
  return [
    ...[{}, ...(VARIANTS[strategy] ?? [])].flatMap((changed) =>
      batches.map((_, batch) => ({ parameters: { ...usual, ...changed }, aggregation, batch, tis: {} })),
    ),
    ...others.map((other) => ({ parameters: usual, aggregation: other, batch: 0, tis: {} })),
    { parameters: usual, aggregation, batch: 0, tis: { tisCap: 1.1 } },
    { parameters: usual, aggregation, batch: 0, tis: { tisCap: 1.2, tisFloor: 0.9 } },
    ...(strategy === 'vespo'
      ? []
      : [{ parameters: usual, aggregation, batch: 0, tis: { tisCap: 1.3, tisSequence: true } }]),
  ].map((one) => recordedCase(strategy, batches, one));
}

interface Wanted {
  parameters: Parameters;
  aggregation: Aggregation;
  batch: number;
  tis: Partial<Pick<Frozen, 'tisCap' | 'tisFloor' | 'tisSequence'>>;
}

function recordedCase(
  strategy: BuiltInStrategy,
  batches: readonly FamilyBatch[],
  { parameters, aggregation, batch: index, tis }: Wanted,
): RecordedCase {
  const batch = batches[index] ?? [];
  const dropped = strategy === 'clip-cov' ? droppedOf(batch, parameters) : undefined;
  const frozen: Frozen = { batch, parameters, tisCap: null, ...tis, ...(dropped && { dropped }) };
  const factors = aggregationFactors(
    aggregation,
    batch.map((row) => row.length),
    NORM,
  );
  const values = batch.map((row, i) =>
    surrogates(
      strategy,
      frozen,
      i,
      row.map(({ logprob }) => logprob),
    ).map((value) => value * (factors[i] ?? NaN)),
  );
  const all = values.flat();
  return {
    strategy,
    parameters,
    aggregation,
    norm: NORM,
    batch: index,
    ...(frozen.tisCap !== null && { correction: padded(correctionsOf(frozen)) }),
    ...(dropped && { dropped: padded(dropped.map((row) => row.map(Number))) }),
    loss: short(-all.reduce((sum, value) => sum + value, 0)),
    scale: short(all.reduce((sum, value) => sum + Math.abs(value), 0)),
    gradient: padded(batch.map((row, i) => row.map((_, t) => -slope(strategy, frozen, i, t) * (factors[i] ?? NaN)))),
  };
}

/** verl's weights of a rollout correction, as tests/reference/family.ts applies them. */
function correctionsOf({ batch, tisCap, tisFloor, tisSequence }: Frozen): number[][] {
  const cap = tisCap ?? Infinity;
  return batch.map((row) => {
    const gaps = row.map(({ oldLogprob, sampledLogprob }) => oldLogprob - sampledLogprob);
    const whole = gaps.reduce((sum, gap) => sum + gap, 0);
    return gaps.map((gap) => {
      const ratio = Math.exp(tisSequence ? whole : gap);
      if (tisFloor === undefined) return Math.min(ratio, cap);
      return ratio >= tisFloor && ratio <= cap ? ratio : 0;
    });
  });
}

/** Every third candidate: the choice is random in training. */
function droppedOf(batch: FamilyBatch, parameters: Parameters): boolean[][] {
  let candidates = 0;
  return clipCovCandidates(batch, parameters).map((row) => row.map((one) => one && candidates++ % 3 === 0));
}

/** @param spread standard deviation of log-ratios; a tenth of the tokens have moved far more */
function randomBatch(random: Random, spread: number): FamilyBatch {
  return Array.from({ length: RESPONSES }, (_, i) => {
    // Both signs in every batch, and one response without an advantage.
    const size = Math.abs(random.normal()) + 0.1;
    const advantage = rounded(i === RESPONSES - 1 ? 0 : i % 2 === 0 ? size : -size);
    return Array.from({ length: i === 0 ? TOKENS : 1 + random.integer(TOKENS) }, () => {
      const oldLogprob = rounded(-0.05 - 3 * random.float());
      const moved = spread * random.normal() * (random.integer(10) === 0 ? 5 : 1);
      const oldEntropy = rounded(0.2 + random.float());
      return {
        advantage,
        oldLogprob,
        logprob: rounded(Math.min(oldLogprob + moved, -1e-3)),
        sampledLogprob: rounded(oldLogprob + 0.15 * random.normal()),
        entropy: rounded(oldEntropy * (1 + 0.08 * random.normal())),
        oldEntropy,
      };
    });
  });
}

function matrices(batch: FamilyBatch): RecordedBatch {
  const of = (value: (token: FamilyBatch[number][number]) => number) => padded(batch.map((row) => row.map(value)));
  return {
    logprob: of(({ logprob }) => logprob),
    old_logprob: of(({ oldLogprob }) => oldLogprob),
    sampled_logprob: of(({ sampledLogprob }) => sampledLogprob),
    entropy: of(({ entropy }) => entropy),
    old_entropy: of(({ oldEntropy }) => oldEntropy),
    advantage: of(({ advantage }) => advantage),
    mask: of(() => 1),
  };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
/** Differences of central differences are of the order of 1e-9. */
const short = (value: number): number => Number(value.toPrecision(9)) + 0;
const padded = (rows: readonly (readonly number[])[]): number[][] =>
  rows.map((row) => Array.from({ length: TOKENS }, (_, t) => short(row[t] ?? 0)));
