/** The problems of a run as rows in the schema of an engine. */
import type { Problem } from '../tasks/task.ts';
import type { ChatMessage } from '../text/tokenizer.ts';
import type { Engine } from './engines.ts';

export interface AskedProblem {
  problem: Problem;
  /** As the run asks it: a text that the response continues, or messages for the model's chat template. */
  asked: string | readonly ChatMessage[];
}

/** One line of JSON per problem. @param source name of the data, by which verl groups its metrics */
export function dataLines(
  engine: Engine,
  problems: readonly AskedProblem[],
  { source, split }: { source: string; split: 'train' | 'test' },
): string {
  const line = engine === 'verl' ? verlRow : trlRow;
  return problems.map((one, index) => `${JSON.stringify(line(one, { source, split, index }))}\n`).join('');
}

interface Place {
  source: string;
  split: string;
  index: number;
}

/**
 * verl's RLHFDataset: messages, and what its reward managers pass to a reward function. A row goes as JSON text, so
 * that rows with different fields have one schema.
 */
function verlRow({ problem, asked }: AskedProblem, { source, split, index }: Place): object {
  return {
    data_source: source,
    prompt: typeof asked === 'string' ? [{ role: 'user', content: asked }] : asked,
    ability: source,
    reward_model: { style: 'rule', ground_truth: problem.answer },
    extra_info: { split, index, difficulty: problem.difficulty ?? '', row: JSON.stringify(problem.row, plain) },
  };
}

/** TRL: a prompt, and columns that its reward functions get. */
function trlRow({ problem, asked }: AskedProblem): object {
  return {
    prompt: asked,
    answer: problem.answer,
    difficulty: problem.difficulty ?? '',
    row: JSON.stringify(problem.row, plain),
  };
}

/** 64-bit integers, which Parquet files have, as numbers where they are exact, else as text. */
function plain(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
