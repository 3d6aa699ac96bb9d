/**
 * A policy small enough to follow by hand: one softmax over four answers to one prompt, trained on one group of eight
 * responses. It is computed here, step by step, by the formulas of the lessons; nothing is precomputed.
 */
import type { Zone } from '../../run/step-record.ts';
import { weightOf, zoneOf, type LessonStrategy } from './weights.ts';

export interface TinyAnswer {
  text: string;
  /** pi_old of the answer. */
  probability: number;
  /** How many of the group's responses are this answer. */
  drawn: number;
  reward: number;
}

export const TINY_PROMPT = '27+15=';
/** The model tends to forget the carry. Counts follow the probabilities, rounded to whole numbers. */
export const TINY_ANSWERS: readonly TinyAnswer[] = [
  { text: '42', probability: 0.25, drawn: 2, reward: 1 },
  { text: '32', probability: 0.5, drawn: 4, reward: 0 },
  { text: '41', probability: 0.15, drawn: 1, reward: 0 },
  { text: '52', probability: 0.1, drawn: 1, reward: 0 },
];

/** verl's epsilon, as in the trainer. */
const EPSILON = 1e-6;

/**
 * Group-relative advantages (GRPO): reward minus the group's mean, over its standard deviation with Bessel's
 * correction; all 0 when the rewards are equal.
 */
export function advantagesOf(rewards: readonly number[]): number[] {
  if (rewards.every((reward) => reward === rewards[0])) return rewards.map(() => 0);
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const variance = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / (rewards.length - 1);
  return rewards.map((reward) => (reward - mean) / (Math.sqrt(variance) + EPSILON));
}

/** d log pi(y) / d logit_j = 1[j = y] - pi_j, of a softmax policy. */
export const logProbGradient = (probabilities: readonly number[], chosen: number): number[] =>
  probabilities.map((p, j) => (j === chosen ? 1 : 0) - p);

export function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The policy after some updates; arrays have one entry per answer. */
export interface TinyState {
  probabilities: number[];
  ratios: number[];
  weights: number[];
  zones: Zone[];
}

/** One advantage per answer, shared by all responses with that answer. */
export function tinyAdvantages(answers: readonly TinyAnswer[] = TINY_ANSWERS): number[] {
  const all = advantagesOf(answers.flatMap(({ drawn, reward }) => Array.from({ length: drawn }, () => reward)));
  let first = 0;
  return answers.map(({ drawn }) => {
    const advantage = all[first] ?? 0;
    first += drawn;
    return advantage;
  });
}

/**
 * Gradient ascent on J = mean over the responses, by the strategy's weights: dJ/dlogit_j = mean of w A (1[j = y] -
 * pi_j).
 *
 * @returns the policy before each update and after the last: updates + 1 states, in the first of which every r is 1
 */
export function tinyRun(
  strategy: LessonStrategy,
  learningRate: number,
  updates: number,
  answers: readonly TinyAnswer[] = TINY_ANSWERS,
): TinyState[] {
  const advantages = tinyAdvantages(answers);
  const count = answers.reduce((sum, { drawn }) => sum + drawn, 0);
  const start = answers.map(({ probability }) => probability);
  const logits = start.map(Math.log);
  const states: TinyState[] = [];
  for (let update = 0; update <= updates; update++) {
    // Before the first update the policy is the sampling policy: its ratios are exactly 1.
    const probabilities = update === 0 ? start : softmax(logits);
    const ratios = probabilities.map((p, j) => p / (start[j] ?? 1));
    const weights = ratios.map((ratio, j) => weightOf(strategy, ratio, advantages[j] ?? 0));
    states.push({
      probabilities,
      ratios,
      weights,
      zones: ratios.map((ratio, j) => zoneOf(strategy, ratio, advantages[j] ?? 0)),
    });
    for (const [y, { drawn }] of answers.entries()) {
      const push = ((weights[y] ?? 0) * (advantages[y] ?? 0) * drawn) / count;
      for (const [j, slope] of logProbGradient(probabilities, y).entries())
        logits[j] = (logits[j] ?? 0) + learningRate * push * slope;
    }
  }
  return states;
}

/** The studio's chart metrics for a state, by the same definitions (metrics of docs/strategies.md). */
export interface TinyMetrics {
  /** Nats. */
  entropy: number;
  /** `clip_ratio/low_mean`, `clip_ratio/high_mean`: shares of the responses. */
  low: number;
  high: number;
  /** `gradient/preserved_share`. */
  preserved: number;
  /** Mean reward that the policy would get. */
  reward: number;
}

export function tinyMetrics(
  { probabilities, weights, zones }: TinyState,
  answers: readonly TinyAnswer[] = TINY_ANSWERS,
): TinyMetrics {
  const advantages = tinyAdvantages(answers);
  const count = answers.reduce((sum, { drawn }) => sum + drawn, 0);
  const share = (zone: Zone) => answers.reduce((sum, { drawn }, j) => sum + (zones[j] === zone ? drawn : 0), 0) / count;
  const mass = (holds: (zone: Zone) => boolean) =>
    answers.reduce(
      (sum, { drawn }, j) =>
        sum + (holds(zones[j] ?? 'inside') ? drawn * Math.abs((weights[j] ?? 0) * (advantages[j] ?? 0)) : 0),
      0,
    );
  const all = mass(() => true);
  return {
    entropy: -probabilities.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0),
    low: share('negative-low'),
    high: share('positive-high'),
    preserved: all > 0 ? mass((zone) => zone === 'positive-high' || zone === 'negative-low') / all : 0,
    reward: answers.reduce((sum, { reward }, j) => sum + reward * (probabilities[j] ?? 0), 0),
  };
}
