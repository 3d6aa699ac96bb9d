/** A step whose numbers are not finite or too large: finds the cause, restores good weights, and makes the error. */
import { StudioError } from '../errors.ts';
import type { AdamW } from '../model/training/optimizer.ts';
import type { LastGood } from '../objective/last-good.ts';
import { firstBadToken, numericalFault, type NumericalFault, type UpdateFault } from '../objective/numerical-fault.ts';
import type { Objective } from '../objective/objective.ts';
import type { TokenRecords } from '../objective/records.ts';
import { strategyProblem, type StatisticsRow } from '../objective/statistics.ts';
import type { ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import type { Response } from './response.ts';
import type { RolloutParts, Rollouts } from './rollouts.ts';

/** The parts of the trainer (trainer.ts) that a failed step concerns. */
interface FailingTrainer {
  optimizer: AdamW;
  lastGood: LastGood | undefined;
  objective: Objective;
  strategy: ResolvedStrategy;
  rollouts: Pick<Rollouts, 'discard'>;
  parts: Pick<RolloutParts, 'config' | 'model'>;
  nextLearningRate: () => number;
}

/** The updates of a step: by update, the rows of the statistics table and the responses. */
export interface StepUpdates {
  rowsOf: number[];
  responses: Response[][];
  /** Time that splitting the gradient took, ms. */
  splitting: number;
}

export interface FailedStep {
  step: number;
  fault: UpdateFault;
  updates: StepUpdates;
  /** By update. */
  rows: readonly StatisticsRow[];
  /** Tokens of the step's records. */
  tokens: number;
}

/** @returns the error that ends the run */
export async function failedStep(
  trainer: FailingTrainer,
  { step, fault, updates: { rowsOf, responses }, rows, tokens }: FailedStep,
): Promise<NumericalFault> {
  const { optimizer, lastGood, parts, objective, strategy } = trainer;
  const { config, model } = parts;
  await trainer.rollouts.discard(new StudioError('cancelled', 'The step before it failed.'));
  const located = fault.kind === 'tokens' || fault.kind === 'strategy';
  const records = located ? await objective.statistics.readRecords(tokens) : undefined;
  const before = rows[fault.update - 1];
  // As after the last update that was made.
  optimizer.updates += fault.update - rowsOf.length;
  const [made, learningRate] = [optimizer.updates, trainer.nextLearningRate()];
  const startIsBad = fault.update === 0 && fault.kind !== 'strategy';
  const problem = rows[fault.update] && strategyProblem(rows[fault.update] as StatisticsRow, strategy);
  return numericalFault({
    phase: 'rl',
    step,
    fault: problem === undefined ? fault : { ...fault, kind: 'strategy', what: problem },
    updates: rowsOf.length,
    token: records && badToken(records, responses[fault.update] ?? []),
    made,
    learningRate,
    warmupSteps: config.warmup_steps,
    gradientClip: config.gradient_clip,
    f16: model.matmulPrecision === 'f16',
    drift: before ? before.absoluteLogRatio / before.tokens : 0,
    restored: lastGood ? lastGood.restore(startIsBad) : fault.update === 0 && !startIsBad ? step - 1 : undefined,
  });
}

function badToken(records: TokenRecords, responses: readonly Response[]): string | undefined {
  const bad = firstBadToken(
    records,
    responses.map(({ index, tokens }) => ({ index, length: tokens.length })),
  );
  const response = bad && responses[bad.sequence];
  return response && `token ${bad.token + 1} of a response to prompt ${response.group + 1}`;
}
