/** Sums over the tokens of a step that need no strategy. */
import type { DumpStepFacts } from '../views/dump.ts';
import type { StepTokens } from './token-dump.ts';

export function stepFacts(step: StepTokens): DumpStepFacts {
  const { tokens, oldLogprobs: old, logprobs: now, rewards } = step;
  const [entropies, sampler] = [step.column('entropies'), step.column('samplerLogprobs')];
  let [kl, shift, maxShift, entropy, mismatch] = [0, 0, 0, 0, 0];
  for (let t = 0; t < tokens; t++) {
    const [before, after] = [old[t] ?? 0, now[t] ?? 0];
    const moved = Math.abs(after - before);
    kl += before - after;
    shift += moved;
    if (moved > maxShift) maxShift = moved;
    if (entropies) entropy += entropies[t] ?? 0;
    if (sampler) mismatch += Math.abs(before - (sampler[t] ?? 0));
  }
  const each = Math.max(1, tokens);
  return {
    step: step.step,
    responses: step.responses,
    tokens,
    minibatches: new Set(step.minibatches).size,
    kl: kl / each,
    meanShift: shift / each,
    maxShift,
    reward: rewards.reduce((sum, reward) => sum + reward, 0) / Math.max(1, rewards.length),
    entropy: entropies ? entropy / each : NaN,
    mismatch: sampler ? mismatch / each : NaN,
  };
}
