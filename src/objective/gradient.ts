/** The gradient of an objective on given sequences, by the training kernels, for the command line and tests. */
import type { Tuner } from '../gpu/tuner.ts';
import { readFloats } from '../gpu/readback.ts';
import type { HeadOptions } from '../model/head/head-context.ts';
import type { Model } from '../model/model.ts';
import type { BatchSequence } from '../model/training/batch.ts';
import { AdamW } from '../model/training/optimizer.ts';
import { TrainingPass } from '../model/training/training-pass.ts';
import { strategyOf, type GradientBatch } from '../run/gradient-batch.ts';
import { ZONES, type SplitPart, type Zone } from '../run/step-record.ts';
import { resolveStrategy, type ResolvedStrategy } from '../run/strategies/strategy-config.ts';
import { aggregationFactors } from './aggregation.ts';
import { assertStrategyWorks } from './curves.ts';
import { GradientSplitter, splitMetrics } from './gradient-split.ts';
import { CrossEntropyLoss, crossEntropyMetrics } from './cross-entropy-loss.ts';
import { Objective, rolloutCorrection, type ObjectiveSettings } from './objective.ts';
import type { TokenRecords } from './records.ts';
import { checkOutcomes, policyMetrics, readRow, totalLoss, type StatisticsRow } from './statistics.ts';
import { submitUpdate } from './update.ts';

export interface GradientResult {
  loss: number;
  /** One row per sequence, one entry per response token. */
  weights: number[][];
  ratios: number[][];
  zones: Zone[][];
  metrics: Record<string, number>;
  /** d loss / d weight of the trained weights, by the checkpoint's tensor names. */
  gradients: Map<string, Float32Array<ArrayBuffer>>;
}

export interface GradientOptions {
  /** Head options, for tests. */
  head?: HeadOptions;
  /** Recompute activations in the backward pass instead of keeping them. */
  recompute?: boolean;
  /** With `split: true` in the batch: called with the gradient of each part by tensor. */
  onPart?: (part: SplitPart, gradients: Map<string, Float32Array<ArrayBuffer>>) => void;
}

/** @throws StudioError `input` for a custom strategy that does not work, `memory` */
export async function batchGradient(
  model: Model,
  tuner: Tuner,
  batch: GradientBatch,
  { head, recompute = false, onPart }: GradientOptions = {},
): Promise<GradientResult> {
  const { params } = batch;
  const lengths = batch.sequences.map((sequence) => sequence.tokens.length - sequence.prompt_length);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const rows = batch.sequences.reduce((sum, sequence) => sum + sequence.tokens.length - 1, 0);
  const named = strategyOf(batch);
  const strategy = named && resolveStrategy(named);
  if (strategy) await assertStrategyWorks(model.gpu, strategy);
  const pass = await TrainingPass.create(model, tuner, {
    rows,
    targets: tokens,
    gradients: true,
    repeat: batch.split,
    recompute,
    ...(head && { head }),
  });
  const optimizer = await AdamW.create(model, pass.gradients, {
    beta1: 0,
    beta2: 0,
    epsilon: 1,
    weightDecay: 0,
    clip: 1,
  });
  const capacity = { tokens, minibatches: 1 };
  const objective = strategy && (await Objective.create(pass, settingsOf(batch, strategy), capacity, optimizer.norm));
  const loss = objective ?? (await CrossEntropyLoss.create(pass, capacity, optimizer.norm));
  try {
    pass.batch.fill(sequencesOf(batch, lengths, strategy));
    pass.load(params.temperature, 0, params.seed);
    if (objective) {
      pass.submitForward((encoder) => objective.encodeStoreOldLogprobs(encoder));
      await uploadLogProbs(model, objective, batch, lengths, tokens);
    }
    let split: Record<string, number> = {};
    if (batch.split && objective) {
      const splitter = await GradientSplitter.create(
        pass,
        objective,
        params.kl_coefficient > 0 || params.entropy_coefficient !== 0 || params.positive_lm > 0,
      );
      try {
        split = splitMetrics(
          await splitter.split(async (part, gradients) => onPart?.(part, await model.unpack(gradients))),
        );
      } finally {
        splitter.destroy();
      }
    }
    optimizer.load(0);
    submitUpdate({ pass, loss, optimizer }, { clearCounts: true, apply: false });
    const read = await loss.statistics.read(1, tokens);
    const [row] = read.rows.map(readRow);
    if (!row) throw new Error('a minibatch has a row of statistics');
    const { loss: value, metrics } = strategy
      ? policyResult(row, batch, strategy)
      : { loss: row.lmLoss, metrics: crossEntropyMetrics(row) };
    return {
      loss: value,
      metrics: { ...metrics, ...split },
      ...tokenRows(read.records, lengths),
      gradients: await model.unpack(pass.gradients),
    };
  } finally {
    loss.destroy();
    optimizer.destroy();
    pass.destroy();
  }
}

function settingsOf({ params }: GradientBatch, strategy: ResolvedStrategy): ObjectiveSettings {
  return {
    strategy,
    klCoefficient: params.kl_coefficient,
    klEstimator: params.kl_estimator,
    entropyCoefficient: params.entropy_coefficient,
    correction: rolloutCorrection(params),
  };
}

/** The sequences with the loss weights of their tokens. @param strategy omitted for the supervised loss */
function sequencesOf(
  { sequences, aggregation, params }: GradientBatch,
  lengths: readonly number[],
  strategy: ResolvedStrategy | undefined,
): BatchSequence[] {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const isPositive = ({ correct, reward }: (typeof sequences)[number]) => correct ?? reward === 1;
  const positives = sequences.reduce((sum, one, i) => sum + (isPositive(one) ? (lengths[i] ?? 0) : 0), 0);
  const factors =
    strategy && aggregationFactors(aggregation ?? strategy.aggregation, lengths, params.norm ?? Math.max(...lengths));
  let index = 0;
  return sequences.map((sequence, i) => {
    const positive = isPositive(sequence);
    const packed = {
      tokens: sequence.tokens,
      firstTarget: sequence.prompt_length,
      index,
      advantage: strategy ? sequence.advantage : 0,
      lossWeight: factors?.[i] ?? 0,
      nllWeight: strategy ? (positive ? params.positive_lm / positives : 0) : 1 / tokens,
      positive,
    };
    index += lengths[i] ?? 0;
    return packed;
  });
}

function policyResult(
  row: StatisticsRow,
  { params }: GradientBatch,
  strategy: ResolvedStrategy,
): Pick<GradientResult, 'loss' | 'metrics'> {
  checkOutcomes(row, strategy);
  const options = {
    positiveLm: params.positive_lm,
    klCoefficient: params.kl_coefficient,
    entropyCoefficient: params.entropy_coefficient,
  };
  const metrics = policyMetrics([row], { ...options, strategy, tisCap: params.tis_cap });
  // The sampler's log-probs are not among the inputs, so there is no mismatch to report.
  delete metrics['actor/rollout_mismatch'];
  return { loss: totalLoss(row, options), metrics };
}

/** Overwrites the policy's own log-probs and entropies with the given ones. */
async function uploadLogProbs(
  model: Model,
  objective: Objective,
  batch: GradientBatch,
  lengths: number[],
  tokens: number,
): Promise<void> {
  const { queue } = model.gpu.device;
  const old = new Float32Array(await readFloats(model.gpu, objective.old, tokens * 2));
  const reference = new Float32Array(tokens * 2);
  const sampled = new Float32Array(tokens);
  let index = 0;
  for (const [i, sequence] of batch.sequences.entries()) {
    for (let t = 0; t < (lengths[i] ?? 0); t++, index++) {
      old[2 * index] = sequence.old_logprobs?.[t] ?? old[2 * index] ?? 0;
      old[2 * index + 1] = sequence.old_entropies?.[t] ?? old[2 * index + 1] ?? 0;
      reference[2 * index] = sequence.ref_logprobs?.[t] ?? 0;
      sampled[index] = sequence.sampled_logprobs?.[t] ?? old[2 * index] ?? 0;
    }
  }
  queue.writeBuffer(objective.old, 0, old);
  queue.writeBuffer(objective.reference, 0, reference);
  queue.writeBuffer(objective.sampled, 0, sampled);
}

function tokenRows(records: TokenRecords, lengths: number[]): Pick<GradientResult, 'weights' | 'ratios' | 'zones'> {
  let at = 0;
  const rows = lengths.map((length) => Array.from({ length }, () => at++));
  return {
    weights: rows.map((row) => row.map((token) => records.number(token, 'weight'))),
    ratios: rows.map((row) => row.map((token) => records.number(token, 'ratio'))),
    zones: rows.map((row) => row.map((token) => ZONES[records.number(token, 'zone')] ?? 'inside')),
  };
}
