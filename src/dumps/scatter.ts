/** An even sample of a step's tokens, for drawing them on a strategy's curve. */
import { emptyScatter, MAX_SCATTER_TOKENS, type TokenScatter } from '../views/run-view.ts';
import type { StepEffect } from './step-effect.ts';
import type { StepTokens } from './token-dump.ts';

const LONGEST = 0xffff;

export function scatterOf(step: StepTokens, effect: StepEffect): TokenScatter {
  const count = Math.min(step.tokens, MAX_SCATTER_TOKENS);
  const scatter = emptyScatter(count, step.tokens);
  let response = 0;
  for (let i = 0; i < count; i++) {
    const token = Math.floor((i * step.tokens) / count);
    while ((step.first[response + 1] ?? Infinity) <= token) response += 1;
    scatter.logRatio[i] = (step.logprobs[token] ?? 0) - (step.oldLogprobs[token] ?? 0);
    scatter.probability[i] = Math.exp(step.oldLogprobs[token] ?? 0);
    scatter.zone[i] = effect.zone[token] ?? 0;
    scatter.advantage[i] = step.advantages[token] ?? 0;
    scatter.weight[i] = effect.weight[token] ?? 0;
    scatter.length[i] = Math.min(LONGEST, (step.first[response + 1] ?? 0) - (step.first[response] ?? 0));
  }
  return scatter;
}
