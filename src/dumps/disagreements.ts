/** The tokens of a step on which strategies differ most in weight times advantage, at most one per response. */
import type { DumpDisagreement } from '../views/dump.ts';
import type { Part } from './parts.ts';
import type { StepTokens, TokenDump } from './token-dump.ts';

const LISTED = 12;
/** Texts before and after the token. */
const AROUND = 6;
const LEAST = 1e-6;

interface Candidate {
  response: number;
  token: number;
  spread: number;
  weights: number[];
}

export class Disagreements {
  private candidates: Candidate[] = [];

  /** @param weights of the part's tokens by strategy; undefined where one failed */
  add(step: StepTokens, part: Part, weights: readonly (Float32Array | undefined)[]): void {
    const working = weights.filter((one) => one !== undefined);
    let at = 0;
    for (const response of part.responses) {
      const end = step.first[response + 1] ?? 0;
      let widest = { token: -1, spread: LEAST, at: 0 };
      for (let t = step.first[response] ?? 0; t < end; t++, at++) {
        let [low, high] = [Infinity, -Infinity];
        for (const values of working) {
          const value = values[at] ?? NaN;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        const spread = (high - low) * Math.abs(step.advantages[t] ?? 0);
        if (spread > widest.spread) widest = { token: t, spread, at };
      }
      const last = this.candidates[LISTED - 1];
      if (widest.token < 0 || (last && widest.spread <= last.spread)) continue;
      const { token, spread, at: place } = widest;
      this.candidates.push({ response, token, spread, weights: weights.map((values) => values?.[place] ?? NaN) });
      this.candidates.sort((a, b) => b.spread - a.spread);
      this.candidates.length = Math.min(LISTED, this.candidates.length);
    }
  }

  list(dump: TokenDump, step: StepTokens): DumpDisagreement[] {
    return this.candidates.map(({ response, token, weights }) => {
      const first = Math.max(step.first[response] ?? 0, token - AROUND);
      const end = Math.min(step.first[response + 1] ?? 0, token + AROUND + 1);
      return {
        prompt: dump.prompt(step.prompts[response] ?? 0).slice(-40),
        texts: Array.from(step.codes.subarray(first, end), (code) => dump.tokenText(code)),
        token: token - first,
        ratio: Math.exp((step.logprobs[token] ?? 0) - (step.oldLogprobs[token] ?? 0)),
        advantage: step.advantages[token] ?? 0,
        weights,
      };
    });
  }
}
