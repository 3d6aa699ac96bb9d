/** Responses of a step with a strategy's zones and weights, as the page draws those of a run. */
import { ZONES, type RolloutView, type TokenView } from '../run/step-record.ts';
import type { DumpOrder, DumpRollouts } from '../views/dump.ts';
import type { StepEffect } from './step-effect.ts';
import type { StepTokens, TokenDump } from './token-dump.ts';

/** Tokens of a response that are drawn. */
const MOST_DRAWN = 2000;

export function findResponses(
  dump: TokenDump,
  step: StepTokens,
  effect: StepEffect,
  order: DumpOrder,
  first: number,
  count: number,
): DumpRollouts {
  const responses = Array.from({ length: step.responses }, (_, i) => i);
  const [start, end] = [(i: number) => step.first[i] ?? 0, (i: number) => step.first[i + 1] ?? 0];
  if (order !== 'file') {
    const keys = Float64Array.from(responses, (i) => {
      if (order === 'advantage') return Math.abs(step.advantages[start(i)] ?? 0);
      let outside = 0;
      for (let t = start(i); t < end(i); t++) outside += Number(effect.zone[t] !== 0);
      return outside;
    });
    responses.sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0) || a - b);
  }
  return {
    found: responses.length,
    rollouts: responses.slice(first, first + count).map((i): RolloutView => {
      const last = Math.min(end(i), start(i) + MOST_DRAWN);
      const reward = step.rewards[i] ?? NaN;
      return {
        prompt: dump.prompt(step.prompts[i] ?? 0),
        reward,
        correct: false,
        advantage: step.advantages[start(i)] ?? 0,
        answer: '',
        tokens: Array.from({ length: last - start(i) }, (_, t) => tokenView(dump, step, effect, start(i) + t)),
      };
    }),
  };
}

function tokenView(dump: TokenDump, step: StepTokens, effect: StepEffect, t: number): TokenView {
  const [old, now] = [step.oldLogprobs[t] ?? 0, step.logprobs[t] ?? 0];
  return {
    text: dump.tokenText(step.codes[t] ?? 0),
    ratio: Math.exp(now - old),
    weight: effect.weight[t] ?? 0,
    ppoWeight: effect.ppoWeight[t] ?? 0,
    zone: ZONES[effect.zone[t] ?? 0] ?? 'inside',
    probability: Math.exp(now),
    oldProbability: Math.exp(old),
    entropy: step.column('entropies')?.[t] ?? NaN,
  };
}
