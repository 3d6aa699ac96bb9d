/** Metrics of a rollout alone: rewards, advantages, lengths, and which groups were used. */
import { spread } from '../objective/statistics.ts';
import type { RlConfig } from '../run/config.ts';
import type { Selection } from './group-selection.ts';
import type { Rollout } from './rollouts.ts';
import type { Response } from './response.ts';

/** @param longest maximum response tokens @param bands difficulty bands to report */
export function rolloutMetrics(
  { responses, batches }: Rollout,
  selection: Selection,
  config: Pick<RlConfig, 'responses' | 'max_num_gen_batches' | 'overlong_filter'>,
  longest: number,
  bands: readonly string[],
): Record<string, number> {
  const lengths = responses.map((response) => response.tokens.length);
  return {
    ...spread(
      'critic/score',
      responses.map((response) => response.reward),
    ),
    ...spread(
      'critic/advantages',
      responses.map((response) => response.advantage),
      lengths,
    ),
    ...spread('response_length', lengths),
    ...rewardMetrics(responses),
    ...difficultyMetrics(responses, bands),
    'response_length/clip_ratio': lengths.filter((length) => length === longest).length / lengths.length,
    ...(config.overlong_filter && { 'response_length/filtered_fraction': selection.overlong }),
    'groups/filtered_fraction': selection.filtered,
    ...(config.max_num_gen_batches > 1 && {
      'train/num_gen_batches': batches,
      'groups/sampled': responses.length / config.responses,
      'groups/used': selection.groups.length,
    }),
  };
}

/** Why dynamic sampling left a batch without all its groups; undefined for a full one. */
export function shortBatchNote(
  { batches }: Rollout,
  { groups }: Selection,
  { prompts, max_num_gen_batches: most }: Pick<RlConfig, 'prompts' | 'max_num_gen_batches'>,
): string | undefined {
  if (most === 1 || groups.length >= prompts) return undefined;
  return (
    `${groups.length} of ${prompts} groups: no more had an advantage other than 0 in ${batches} batches of ` +
    `${prompts} prompts, as many as rl.max_num_gen_batches allows.`
  );
}

/** Accuracy and reward of each band that the rollout has, and the shares of all bands. */
function difficultyMetrics(responses: readonly Response[], bands: readonly string[]): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const band of bands) {
    const members = responses.filter(({ problem }) => problem.difficulty === band);
    metrics[`difficulty/${band}/share`] = members.length / responses.length;
    if (members.length === 0) continue;
    metrics[`difficulty/${band}/accuracy`] = members.filter(({ correct }) => correct).length / members.length;
    metrics[`difficulty/${band}/score`] = members.reduce((sum, { reward }) => sum + reward, 0) / members.length;
  }
  return metrics;
}

/** Share of correct responses, and each reward by its key; nothing for a task graded by its own verifier. */
function rewardMetrics(responses: readonly Response[]): Record<string, number> {
  const keys = Object.keys(responses[0]?.rewards ?? {});
  if (keys.length === 0) return {};
  const metrics: Record<string, number> = {
    'accuracy/rollout': responses.filter(({ correct }) => correct).length / responses.length,
  };
  for (const key of keys) {
    const scores = responses.map(({ rewards }) => rewards[key] ?? 0);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, scores.length - 1);
    metrics[`rewards/${key}/mean`] = mean;
    metrics[`rewards/${key}/std`] = Math.sqrt(variance);
  }
  return metrics;
}
