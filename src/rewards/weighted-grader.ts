/** Joins rewards into one grade: their weighted sum, and whether the response is correct. */
import type { Grade, ResponseGrader, Reward, Score } from './grader.ts';

export interface WeightedReward {
  key: string;
  weight: number;
  reward: Reward;
}

export function weightedGrader(rewards: readonly WeightedReward[]): ResponseGrader {
  return {
    keys: rewards.map(({ key }) => key),
    grade(responses) {
      if (responses.length === 0) return [];
      const columns = rewards.map(({ reward }) => reward.score(responses));
      return responses.map((_, i) => joined(rewards, (column) => columns[column]?.[i]));
    },
    destroy() {
      for (const { reward } of rewards) reward.destroy?.();
    },
  };
}

/** reward = sum over rewards of weight * score */
function joined(rewards: readonly WeightedReward[], scoreAt: (column: number) => Score | undefined): Grade {
  const parts = rewards.map(({ key, weight }, column) => {
    const score = scoreAt(column);
    if (!score) throw new Error(`reward ${key} returned too few scores`);
    return { key, weight, score };
  });
  const errors = parts.flatMap(({ key, score }) => (score.error === undefined ? [] : [`${key}: ${score.error}`]));
  const reasons = parts.flatMap(({ score: { reason } }) => (reason === undefined ? [] : [reason]));
  return {
    reward: parts.reduce((sum, { weight, score }) => sum + weight * score.reward, 0),
    correct: isCorrect(parts),
    rewards: Object.fromEntries(parts.map(({ key, score }) => [key, score.reward])),
    ...(errors.length > 0 && { error: errors.join('; ') }),
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
  };
}

/**
 * A response is correct if all rewards that judge say so. If none judges, it is correct if every reward of positive
 * weight is as high as it can be.
 */
function isCorrect(parts: readonly { weight: number; score: Score }[]): boolean {
  const verdicts = parts.flatMap(({ score: { correct } }) => (correct === undefined ? [] : [correct]));
  if (verdicts.length > 0) return verdicts.every(Boolean);
  const sought = parts.filter(({ weight }) => weight > 0);
  return sought.length > 0 && sought.every(({ score: { full, reward } }) => full ?? reward >= 1);
}
