/** The batch of the reference: plain sequences, as in the fixtures and in the command line's `batch.json`. */
import { at } from './tape.ts';

export interface ReferenceSequence {
  tokens: number[];
  /** Tokens before the response; at least 1. */
  prompt_length: number;
  advantage: number;
  reward: number;
  /** One per response token, nats. */
  old_logprobs: number[];
  /** One per response token, nats; needed only for a KL term. */
  ref_logprobs?: number[];
}

export type ReferenceBatch = ReferenceSequence[];

/** Number of response tokens. */
export function responseLength(sequence: ReferenceSequence): number {
  return sequence.tokens.length - sequence.prompt_length;
}

/** The response's part of T-1 per-position values: position prompt_length - 1 predicts the first response token. */
export function responseValues(sequence: ReferenceSequence, values: ArrayLike<number>): number[] {
  return Array.from({ length: responseLength(sequence) }, (_, k) => at(values, sequence.prompt_length - 1 + k));
}
