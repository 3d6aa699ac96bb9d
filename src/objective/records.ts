/**
 * The records that the kernels of the objective share with the host: token records, minibatch statistics, and codes.
 * Tokens are "by index" where an array has one entry per response token of a rollout.
 */
import { defineStruct, wgslConstants } from '../gpu/struct.ts';
import { ZONES } from '../run/step-record.ts';

/** Bits of a token's `flags`, set by the strategy or by the kernel that calls it. */
export const TOKEN_FLAGS = { clipped: 1, dualClipped: 2, notFinite: 4, exhausted: 8 } as const;

const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** CLIPPED, DUAL_CLIPPED ... and INSIDE, POSITIVE_HIGH ... as WGSL constants. */
export const tokenCodes =
  wgslConstants(TOKEN_FLAGS) + wgslConstants(Object.fromEntries(ZONES.map((zone, code) => [camelCase(zone), code])));

/** Terms of the loss other than the strategy's. */
export const ObjectiveUniform = defineStruct('Objective', {
  klCoefficient: 'f32',
  klEstimator: ['u32', '1, 2, 3: k1, k2, k3'],
  entropyCoefficient: 'f32',
  tisCap: ['f32', 'truncated importance sampling: cap of pi_old / pi_sampler; 0: off'],
  tisFloor: ['f32', 'weights outside [floor, cap] are 0; 0: off'],
  tisSequence: ['u32', '1: the ratio is that of the whole response'],
});

/** The result of policy-context.wgsl for a target. */
export const Context = defineStruct('Context', {
  sequenceLogRatio: ['f32', 'mean log-ratio of the response'],
  sequenceLogRatioSum: 'f32',
  pessimisticLogRatio: 'f32',
  sequenceLogCorrection: 'f32',
  samplerLogRatioSum: ['f32', 'log of pi_old / pi_sampler of the response'],
  length: ['f32', 'tokens of the response'],
  drift: ['f32', 'mean of log pi_sampler - log pi over the response'],
  futureLogRatio: ['f32', 'discounted sum of the log-ratios from this token on'],
  selected: ['f32', '1: selected by covariance or second moment'],
  low: ['f32', 'bounds found for the minibatch'],
  high: 'f32',
});

/** The result for the whole minibatch. */
export const Minibatch = defineStruct('Minibatch', {
  meanAdvantage: 'f32',
  meanLogprob: 'f32',
  threshold: ['u32', 'key of the last token that is selected'],
  equal: ['u32', 'how many tokens of exactly that key are selected'],
});

/** The loss's record of a response token, read by the statistics, the gradient split and the page. */
export const TokenRecord = defineStruct('TokenRecord', {
  ratio: ['f32', 'r = pi / pi_old'],
  logRatio: 'f32',
  weight: ['f32', 'w: grad J = w A grad log pi'],
  zone: ['u32', 'INSIDE, POSITIVE_HIGH ...'],
  value: ['f32', 'the surrogate J'],
  lossWeight: ['f32', 'f_t: the aggregation factor'],
  advantage: 'f32',
  entropy: ['f32', 'nats'],
  logprob: 'f32',
  oldLogprob: 'f32',
  flags: ['u32', 'CLIPPED, DUAL_CLIPPED ...'],
  ppoWeight: ['f32', 'what PPO would have given'],
  kl: ['f32', 'estimate of the KL to the reference'],
  mismatch: ['f32', '|old - sampled log-prob|'],
  nllWeight: ['f32', 'factor of -log pi in the loss'],
  positive: ['u32', '1: of a correct response'],
  push: ['f32', 'dJ/dlogp on top of w A'],
  correction: ['f32', 'truncated importance weight'],
  strategyRatio: ['f32', "the ratio that the strategy clips: the token's or its response's"],
  spare: 'f32',
});

export type TokenRecords = ReturnType<typeof TokenRecord.over>;

/** Columns of a row of the statistics table: sums over the tokens of a minibatch, which the host divides. */
export const Sums = defineStruct('Sums', {
  tokens: 'f32',
  surrogate: ['f32', 'f J'],
  clipped: 'f32',
  dualClipped: 'f32',
  minusLogRatio: 'f32',
  entropy: 'f32',
  positiveLoss: ['f32', '-log pi of positive tokens'],
  positiveTokens: 'f32',
  kl: ['f32', 'f KL'],
  low: ['f32', 'tokens with A < 0 below the clip range'],
  high: ['f32', 'tokens with A > 0 above it'],
  mismatch: ['f32', '|old - sampled log-prob|'],
  advantage: 'f32',
  lmLoss: ['f32', 'nll_weight -log pi'],
  weightedEntropy: ['f32', 'f entropy'],
  notFinite: ['f32', 'tokens whose log-prob or entropy is not finite'],
  gradientNorm: ['f32', 'of the minibatch, not a sum'],
  absoluteLogRatio: 'f32',
  correction: ['f32', 'truncated importance weight'],
  strategyNotFinite: ['f32', 'tokens for which the strategy gave no number'],
  strategyExhausted: ['f32', 'tokens for which it looped too long'],
  negativeMass: ['f32', '|f w A| where A < 0'],
});

/** Columns per zone, which follow those of `Sums`. */
export const ZoneSums = defineStruct('ZoneSums', {
  tokens: 'f32',
  weight: 'f32',
  mass: ['f32', '|f w A|'],
  entropy: 'f32',
  probability: 'f32',
});

/** Floats of a row of the statistics table. */
export const STATISTICS = Sums.words + ZONES.length * ZoneSums.words;

/** A row as WGSL indexes it: SUM_TOKENS ..., and ZONE_TOKENS ... from SUMS + zone ZONE_SUMS on. */
export const sumColumns =
  wgslConstants({ statistics: STATISTICS, sums: Sums.words, zoneSums: ZoneSums.words }) +
  wgslConstants(Sums.offset, 'SUM') +
  wgslConstants(ZoneSums.offset, 'ZONE');

/** A single token on which a strategy is evaluated. Prefixed, because a custom strategy may declare structs. */
export const CurvePointRecord = defineStruct('StudioPoint', {
  logRatio: 'f32',
  advantage: 'f32',
  oldLogprob: 'f32',
  entropy: 'f32',
  oldEntropy: 'f32',
  length: 'f32',
  low: ['f32', 'bounds of the minibatch (BAPO)'],
  high: 'f32',
});

/** The strategy's result for it. */
export const CurveAnswerRecord = defineStruct('StudioAnswer', {
  value: 'f32',
  weight: 'f32',
  flags: 'u32',
  zone: 'u32',
  ratio: ['f32', 'that the strategy clips'],
  low: ['f32', 'clip range at this token'],
  high: 'f32',
  push: 'f32',
});

/** Which part of the gradient a kernel of gradient-split.wgsl works on: a zone, OTHER or UNCLIPPED. */
export const SplitPartUniform = defineStruct('SplitPart', { part: 'u32' });

/** A piece of a region of the parameters, in vec4s. */
export const SplitPiece = defineStruct('SplitPiece', { first: 'u32', count: 'u32' });

/** Dot products of one part's gradient over one piece. */
export const SplitProducts = defineStruct('SplitProducts', {
  square: ['f32', 'with itself'],
  inside: 'f32',
  unclipped: 'f32',
  spare: 'f32',
});

/** One workgroup's share of a comparison of two vectors over all parameters (compare-gradients.wgsl). */
export const VectorSums = defineStruct('VectorSums', {
  product: ['f32', 'g.h, or g.(after - before)'],
  sameSign: ['f32', 'entries of g and h with the same sign'],
  bothNonzero: ['f32', 'entries where neither is 0'],
  spare: 'f32',
});
