/**
 * Training that cannot continue because a number is not finite or a loss has exploded: which update found it, what the
 * number was, its likely cause, and which weights are kept.
 */
import { StudioError } from '../errors.ts';
import type { TokenRecords } from './records.ts';
import type { StatisticsRow } from './statistics.ts';

/**
 * Magnitudes beyond which a term of the loss has exploded. AdamW's step does not depend on the scale of a loss, so they
 * are far above any that trains: a mean of 1e4 nats per token is a probability of e^-10000, and surrogate and KL reach
 * 1e9 only with rewards or log-ratios that float32 gradients do not survive.
 */
export const LIMITS = { LARGEST_NLL: 1e4, LARGEST_LOSS: 1e9 } as const;

/** What was wrong with an update. `strategy`: the strategy's value or weight of a token; `tokens`: their log-probs. */
export type FaultKind = 'tokens' | 'strategy' | 'loss' | 'gradient';

export interface UpdateFault {
  kind: FaultKind;
  /** 0-based, within the step. */
  update: number;
  /** What the number was, as a clause. */
  what: string;
}

const isOver = (value: number, limit: number): boolean => !(Math.abs(value) <= limit);

/** The first update that the GPU did not make. @param rows by update: one row per pass */
export function faultOf(rows: readonly (readonly StatisticsRow[])[]): UpdateFault | undefined {
  for (const [update, passes] of rows.entries()) {
    for (const row of passes) {
      const found = faultOfRow(row);
      if (found) return { update, ...found };
    }
  }
  return undefined;
}

/** The same test as in statistics.wgsl. */
function faultOfRow(row: StatisticsRow): Omit<UpdateFault, 'update'> | undefined {
  const of = (count: number) => `of ${count} of ${row.tokens} tokens is not finite`;
  if (row.notFinite > 0) return { kind: 'tokens', what: `the log-prob or entropy ${of(row.notFinite)}` };
  if (row.strategyNotFinite > 0)
    return { kind: 'strategy', what: `the strategy's value or gradient weight ${of(row.strategyNotFinite)}` };
  for (const [name, value, limit] of [
    ['negative log-likelihood', row.lmLoss, LIMITS.LARGEST_NLL],
    ['surrogate', row.surrogate, LIMITS.LARGEST_LOSS],
    ['KL to the reference', row.kl, LIMITS.LARGEST_LOSS],
  ] as const)
    if (isOver(value, limit)) {
      const beyond = `${value.toExponential(1)}, beyond ${limit.toExponential(0)}`;
      const found = Number.isFinite(value) ? beyond : 'not finite';
      return { kind: 'loss', what: `the ${name} is ${found}` };
    }
  if (!Number.isFinite(row.gradientNorm))
    return { kind: 'gradient', what: 'the gradient norm is not finite, although the loss is' };
  return undefined;
}

/**
 * The first token whose log-prob, entropy or gradient weight is not finite.
 *
 * @param sequences first record and number of tokens of each
 */
export function firstBadToken(
  records: TokenRecords,
  sequences: readonly { index: number; length: number }[],
): { sequence: number; token: number } | undefined {
  for (const [sequence, { index, length }] of sequences.entries())
    for (let token = 0; token < length; token++)
      if (
        (['logprob', 'entropy', 'weight', 'value'] as const).some(
          (name) => !Number.isFinite(records.number(index + token, name)),
        )
      )
        return { sequence, token };
  return undefined;
}

/** What is known about the update besides its numbers. */
export interface FaultCircumstances {
  phase: 'sft' | 'rl';
  /** 1-based. */
  step: number;
  fault: UpdateFault;
  /** Updates of a step. */
  updates: number;
  /** The first token with a number that is not finite, as a clause. */
  token?: string | undefined;
  /** Optimizer updates made before this one. */
  made: number;
  learningRate: number;
  warmupSteps: number;
  gradientClip: number;
  f16: boolean;
  /** Mean |log ratio| to the policy before the step, of the step's last good update; 0 without one. */
  drift: number;
  /** Completed steps of the stage whose state the model is in; undefined when no sound state of a step is left. */
  restored: number | undefined;
}

/** Training stopped; the model holds the weights that the message names. */
export class NumericalFault extends StudioError {
  /**
   * @param restored completed steps that weights and optimizer are at; undefined: they are not those of a good step, so
   *   the run must not be resumed from them
   */
  constructor(
    message: string,
    advice: string,
    field: string | undefined,
    readonly restored: number | undefined,
  ) {
    super('numerical', message, advice, field);
  }
}

/** The error that ends the run. */
export function numericalFault(about: FaultCircumstances): NumericalFault {
  const { phase, step, fault, updates, token, restored } = about;
  const where =
    updates > 1 ? `${phase} step ${step}, update ${fault.update + 1} of ${updates}` : `${phase} step ${step}`;
  const { cause, advice, field } = likelyCause(about);
  return new NumericalFault(
    `${where}: ${fault.what}${token === undefined ? '' : ` (first: ${token})`}.`,
    `Training stopped before this update. ${keptWeights(about)} Likely cause: ${cause}. ${advice}`,
    `${field.includes('.') ? '' : `${phase}.`}${field}`,
    restored,
  );
}

function keptWeights({ phase, step, fault, restored }: FaultCircumstances): string {
  if (restored === 0 || (step === 1 && fault.update === 0))
    return `The weights are those from before the ${phase} stage.`;
  if (restored !== undefined) return `The weights are those after ${phase} step ${restored}, the last good step.`;
  return fault.update > 0
    ? `The weights are those before this update; the last good step is ${phase} step ${step - 1}.`
    : `The weights are those after ${phase} step ${step - 1}, which are not sound; the last saved state is older.`;
}

/** Learning rates of AdamW above this destroy most models; the studio's own recipes use at most 5e-3. */
const HIGH_RATE = 2e-2;
/** Mean |log ratio|, nats: the policy has become another one within the step. */
const FAR = 1;
const HIGH_CLIP = 100;
/** Updates at the beginning of a stage, for which warm-up helps. */
const EARLY = 20;

interface Cause {
  cause: string;
  advice: string;
  /** Of the stage, or with its section. */
  field: string;
}

function likelyCause(about: FaultCircumstances): Cause {
  const { fault, made, learningRate, warmupSteps, gradientClip, f16, drift } = about;
  const rate = learningRate.toExponential(0);
  const lower = `Lower learning_rate (now ${rate})`;
  if (fault.kind === 'strategy')
    return {
      cause: 'a division by a number near 0, or an exponential that overflows',
      advice: 'Bound it in the strategy (a custom one on the Objective page), or choose another strategy.',
      field: 'strategy',
    };
  if (f16)
    return {
      cause: 'an activation beyond 65504, the largest f16 number',
      advice: 'Set compute.matmul_precision to f32.',
      field: 'compute.matmul_precision',
    };
  if (made === 0 && fault.kind !== 'gradient')
    return {
      cause: 'the weights that the stage starts from',
      advice: 'Start from another checkpoint.',
      field: 'learning_rate',
    };
  if (learningRate > HIGH_RATE)
    return { cause: `a learning rate of ${rate}`, advice: `${lower}, for example to 1e-3.`, field: 'learning_rate' };
  if (drift > FAR)
    return {
      cause: `a policy that moved far within the step (mean |log ratio| ${drift.toFixed(1)})`,
      advice: `${lower} or epochs, or use a strategy that bounds its gradient weight, such as ppo with dual clip.`,
      field: 'learning_rate',
    };
  if (gradientClip > HIGH_CLIP)
    return {
      cause: `gradient_clip ${gradientClip}, which scales no gradient down`,
      advice: 'Set gradient_clip to 1.',
      field: 'gradient_clip',
    };
  if (made < EARLY && warmupSteps === 0)
    return {
      cause: 'the first updates without warm-up',
      advice: `Set warmup_steps to 10. ${lower}.`,
      field: 'warmup_steps',
    };
  return { cause: 'a learning rate that is too high here', advice: `${lower}.`, field: 'learning_rate' };
}
