/** Grading of responses outside a run, to test rewards: plain data for the page. */
import type { Row } from '../data/row.ts';
import type { Grade } from '../rewards/grader.ts';

/** A response to grade. */
export interface BenchItem {
  /** What rewards see of the data; `{}` if nothing. */
  row: Row;
  /** The reference answer; undefined without one. */
  answer?: string;
  response: string;
  /** Whether the response ended by itself. */
  finished: boolean;
}

export interface BenchGrade extends Grade {
  /** Length in tokens of the recipe's model, the end token included; undefined if it has no tokenizer. */
  tokens?: number;
}

export interface BenchGrades {
  /** Keys of the rewards; none for a task's own verifier. */
  keys: string[];
  /** One per item, in order. */
  grades: BenchGrade[];
}

/** Most responses that are graded at once. */
export const MOST_BENCH_ITEMS = 200;
