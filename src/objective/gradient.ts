/** The gradient of an objective on given sequences, by the kernels that train: for the command line and for tests. */
import { submit } from '../gpu/kernel.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { readFloats } from '../gpu/readback.ts';
import type { HeadOptions } from '../model/head/head-context.ts';
import type { Model } from '../model/model.ts';
import { AdamW } from '../model/training/optimizer.ts';
import { TrainingPass } from '../model/training/training-pass.ts';
import { strategyOf, type GradientBatch } from '../run/gradient-batch.ts';
import { ZONES, type Zone } from '../run/step-record.ts';
import { resolveStrategy } from '../run/strategies/strategy-config.ts';
import { aggregationFactors } from './aggregation.ts';
import { assertStrategyWorks } from './curves.ts';
import { GradientSplitter, splitMetrics, type SplitPart } from './gradient-split.ts';
import { Objective, RECORD_WORDS } from './objective.ts';
import { checkOutcomes, policyMetrics, readRow, totalLoss } from './statistics.ts';
import { submitUpdate } from './update.ts';

export interface GradientResult {
  loss: number;
  /** A row a sequence, an entry a response token. */
  weights: number[][];
  ratios: number[][];
  zones: Zone[][];
  metrics: Record<string, number>;
  /** d loss / d weight of the trained weights, by the checkpoint's tensor names. */
  gradients: Map<string, Float32Array<ArrayBuffer>>;
}

export interface GradientOptions {
  /** How the head works, for tests. */
  head?: HeadOptions;
  /** Make activations again in the backward pass instead of keeping them. */
  recompute?: boolean;
  /** Given with `split: true` in the batch: gets the gradient of each part by tensor. */
  onPart?: (part: SplitPart, gradients: Map<string, Float32Array<ArrayBuffer>>) => void;
}

/** @throws StudioError `input` for a custom rule that does not work, `memory` */
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
  const strategy = strategyOf(batch);
  const rule = strategy && resolveStrategy(strategy);
  if (rule) await assertStrategyWorks(model.gpu, rule);
  const supervised = !rule;
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
  const settings = {
    strategy: rule ?? ('supervised' as const),
    klCoefficient: supervised ? 0 : params.kl_coefficient,
    klEstimator: params.kl_estimator,
    entropyCoefficient: supervised ? 0 : params.entropy_coefficient,
    tisCap: supervised ? null : params.tis_cap,
  };
  const objective = await Objective.create(pass, settings, { tokens, minibatches: 1 }, optimizer.norm);
  try {
    const factors = aggregationFactors(
      batch.aggregation ?? rule?.aggregation ?? 'token-mean',
      lengths,
      params.norm ?? Math.max(...lengths),
    );
    const positives = batch.sequences.reduce(
      (sum, sequence, i) => sum + (sequence.reward === 1 ? (lengths[i] ?? 0) : 0),
      0,
    );
    let index = 0;
    pass.batch.fill(
      batch.sequences.map((sequence, i) => {
        const nllWeight = supervised ? 1 / tokens : sequence.reward === 1 ? params.positive_lm / positives : 0;
        const packed = {
          tokens: sequence.tokens,
          firstTarget: sequence.prompt_length,
          index,
          advantage: supervised ? 0 : sequence.advantage,
          lossWeight: supervised ? 0 : (factors[i] ?? 0),
          nllWeight,
          positive: sequence.reward === 1,
        };
        index += lengths[i] ?? 0;
        return packed;
      }),
    );
    pass.load(params.temperature, 0, params.seed);
    submit(model.gpu, (encoder) => {
      pass.encodeForward(encoder);
      objective.encodeStoreOldLogprobs(encoder);
    });
    await uploadLogProbs(model, objective, batch, lengths, tokens);
    let split: Record<string, number> = {};
    if (batch.split && rule) {
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
    submitUpdate({ pass, objective, optimizer }, { clearCounts: true, apply: false });
    const read = await objective.read(1, tokens);
    const row = readRow(read.rows[0] as Float32Array);
    const options = {
      positiveLm: params.positive_lm,
      klCoefficient: params.kl_coefficient,
      entropyCoefficient: settings.entropyCoefficient,
    };
    checkOutcomes([row], rule);
    const metrics = supervised
      ? { 'train/loss': row.lmLoss, 'train/entropy': row.entropy / row.tokens, 'train/grad_norm': row.gradientNorm }
      : policyMetrics([row], { ...options, rule, tisCap: params.tis_cap });
    // The sampler's log-probs are not among the inputs, so there is no mismatch to report.
    delete metrics['actor/rollout_mismatch'];
    return {
      loss: totalLoss(row, options),
      metrics: { ...metrics, ...split },
      ...tokenRows(read.records, lengths),
      gradients: await model.unpack(pass.gradients),
    };
  } finally {
    objective.destroy();
    optimizer.destroy();
    pass.destroy();
  }
}

/** Overwrites the policy's own log-probs and entropies by those given. */
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

function tokenRows(records: Float32Array, lengths: number[]): Pick<GradientResult, 'weights' | 'ratios' | 'zones'> {
  const words = new Uint32Array(records.buffer, records.byteOffset, records.length);
  let at = 0;
  const rows = lengths.map((length) => Array.from({ length }, () => at++ * RECORD_WORDS));
  return {
    weights: rows.map((row) => row.map((token) => records[token + 2] ?? NaN)),
    ratios: rows.map((row) => row.map((token) => records[token] ?? NaN)),
    zones: rows.map((row) => row.map((token) => ZONES[words[token + 3] ?? 0] ?? 'inside')),
  };
}
