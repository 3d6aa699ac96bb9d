/** What grades a response: a weighted sum of rewards, and whether the response is correct. */
import type { Row } from '../data/row.ts';

/** A response with what graders may look at. */
export interface GradedResponse {
  /** Row of the data set; for a generated problem its fields. */
  row: Row;
  /** The reference answer as text; undefined for data without one. */
  answer: string | undefined;
  response: string;
  /** Whether the response ended by itself, with an end token; false if it was cut off. */
  finished: boolean;
  /** Length in tokens, the end token included; undefined if no tokenizer made it. */
  tokens?: number;
}

/** What one reward says of a response. */
export interface Score {
  /** Before its weight. */
  reward: number;
  /** undefined for a reward that does not judge whether the answer is right, such as one of format or length. */
  correct?: boolean;
  /** Whether the reward is as high as it can be; by default, whether it is at least 1. */
  full?: boolean;
  /** Why the response could not be scored; its reward is then 0 and it is incorrect. */
  error?: string;
  /** Why an incorrect response is incorrect, where the reward says so. */
  reason?: string;
}

/** One entry of the list of rewards. */
export interface Reward {
  /**
   * @returns one score per response
   * @throws StudioError `input` if no response can be scored, or too many failed
   */
  score(responses: readonly GradedResponse[]): Score[];
  destroy?(): void;
}

export interface Grade {
  /** Sum over the rewards of weight times score. */
  reward: number;
  /** Used by accuracy, pass@k and the loss on positive examples. */
  correct: boolean;
  /** Score of each reward by its key (its name; numbered if it occurs twice), before weights. */
  rewards: Readonly<Record<string, number>>;
  /** Why a reward could not score the response, with the reward's key; several are joined by semicolons. */
  error?: string;
  /** Why an incorrect response is incorrect, where the verifier says so; several reasons are joined by semicolons. */
  reason?: string;
}

/** Grades responses; deterministic. Rewards in code from users run in an interpreter with limits of time and memory. */
export interface ResponseGrader {
  /** Keys of `Grade.rewards`, in order. */
  readonly keys: readonly string[];
  /**
   * @returns one grade per response
   * @throws StudioError `input` once a reward failed too often, with the reward's name, its line and the response
   */
  grade(responses: readonly GradedResponse[]): Grade[];
  destroy(): void;
}
