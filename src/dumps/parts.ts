/** The responses of a step as the updates that they belong to, in parts that fit into the GPU's buffers. */
import { aggregationFactors } from '../objective/aggregation.ts';
import type { Aggregation } from '../run/config.ts';
import type { StepTokens } from './token-dump.ts';

/** Tokens of a part; about 150 MB of buffers. */
export const PART_TOKENS = 1 << 19;

export interface Part {
  /** Of the step, in its order. */
  responses: number[];
  /** f_t of the tokens of each response. */
  lossWeights: number[];
  tokens: number;
  minibatch: number;
}

/** @param most tokens of a part, unless one response has more */
export function partsOf(step: StepTokens, aggregation: Aggregation, most = PART_TOKENS): Part[] {
  const lengthOf = (response: number) => (step.first[response + 1] ?? 0) - (step.first[response] ?? 0);
  const minibatches = new Map<number, number[]>();
  for (let response = 0; response < step.responses; response++) {
    if (lengthOf(response) === 0) continue;
    const minibatch = step.minibatches[response] ?? 0;
    const members = minibatches.get(minibatch);
    if (members) members.push(response);
    else minibatches.set(minibatch, [response]);
  }
  return [...minibatches]
    .sort(([a], [b]) => a - b)
    .flatMap(([minibatch, members]) => {
      const lengths = members.map(lengthOf);
      const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
      const factors = aggregationFactors(aggregation, lengths, longest);
      const parts: Part[] = [];
      let part: Part | undefined;
      for (const [i, response] of members.entries()) {
        const length = lengths[i] ?? 0;
        if (!part || part.tokens + length > most) {
          part = { responses: [], lossWeights: [], tokens: 0, minibatch };
          parts.push(part);
        }
        part.responses.push(response);
        part.lossWeights.push(factors[i] ?? 0);
        part.tokens += length;
      }
      return parts;
    });
}
