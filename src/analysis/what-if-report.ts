/** The report of a comparison of strategies on a minibatch (what-if.ts): pure functions over plain data. */
import { strategyLabel, type StrategyConfig } from '../run/strategies/strategy-config.ts';
import { ZONES, type Zone } from '../run/step-record.ts';
import type { Disagreement, Estimate, WhatIfStrategy } from '../views/what-if.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { TokenRecords } from '../objective/records.ts';
import type { Response } from '../rl/response.ts';

const DISAGREEMENTS = 12;

/** One strategy's result on the minibatch. */
export interface Outcome {
  records: TokenRecords;
  metrics: Record<string, number>;
  rewards: number[];
  failed?: string;
}

/** A strategy's row of the report. @param before rewards before any update */
export function strategyReport(
  config: StrategyConfig,
  outcome: Outcome,
  gradientNorm: number,
  predictions: readonly number[],
  before: readonly number[],
): WhatIfStrategy {
  const { metrics, rewards, failed } = outcome;
  const masses = ZONES.map((zone) => metrics[`zone/${zone}/mass`] ?? 0);
  const all = masses.reduce((sum, mass) => sum + mass, 0);
  const zones = Object.fromEntries(
    ZONES.map((zone, i) => [
      zone,
      { fraction: metrics[`zone/${zone}/fraction`] ?? 0, mass: all > 0 ? (masses[i] ?? 0) / all : 0 },
    ]),
  ) as Record<Zone, { fraction: number; mass: number }>;
  return {
    label: strategyLabel(config),
    config,
    ...(failed && { failed }),
    gradientNorm: failed ? 0 : gradientNorm,
    zones,
    preservedShare: metrics['gradient/preserved_share'] ?? 0,
    predicted: failed ? { mean: 0, error: 0 } : estimate(predictions),
    measured: failed ? { mean: 0, error: 0 } : estimate(rewards.map((reward, i) => reward - (before[i] ?? 0))),
  };
}

/** Tokens by the spread of the strategies' weights times |A|, widest first, at most one per response. */
export function disagreements(
  outcomes: readonly Outcome[],
  responses: readonly Response[],
  tokenizer: Tokenizer,
): Disagreement[] {
  const weight = (outcome: Outcome, index: number) => outcome.records.number(index, 'weight');
  const working = outcomes.filter(({ failed }) => !failed);
  const [first] = working;
  if (!first) return [];
  const widest = responses.flatMap((response: Response) => {
    const spreads = response.tokens.map((_, t) => {
      const weights = working.map((outcome) => weight(outcome, response.index + t));
      return (Math.max(...weights) - Math.min(...weights)) * Math.abs(response.advantage);
    });
    const spread = Math.max(...spreads);
    return spread > 1e-6 ? [{ response, token: spreads.indexOf(spread), spread }] : [];
  });
  widest.sort((a, b) => b.spread - a.spread);
  // A group often contains the same answer several times: it is shown once.
  const seen = new Set<string>();
  const different = widest.filter(({ response }) => {
    const key = `${response.group} ${response.tokens.join(' ')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return different.slice(0, DISAGREEMENTS).map(({ response, token }): Disagreement => {
    const index = response.index + token;
    return {
      prompt: response.problem.prompt,
      response: response.tokens.map((id) => tokenizer.tokenText(id)),
      token,
      ratio: first.records.number(index, 'ratio'),
      probability: Math.exp(first.records.number(index, 'logprob')),
      advantage: response.advantage,
      weights: outcomes.map((outcome) => (outcome.failed ? NaN : weight(outcome, index))),
    };
  });
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean and its standard error; the error of a single value is unknown (NaN). */
export function estimate(values: readonly number[]): Estimate {
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return { mean: middle, error: values.length > 1 ? Math.sqrt(variance / values.length) : NaN };
}
