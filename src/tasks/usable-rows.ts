/** The rows of a data set in the tokens of a model, and which of them the stages of a run can use. */
import { breaks } from '../data/data-file.ts';
import { inputError, StudioError } from '../errors.ts';
import type { RunConfig } from '../run/config.ts';
import type { PromptWriter } from './prompt-writer.ts';
import type { TaskOptions } from './task-sources.ts';
import type { ListedProblems, Problem } from './task.ts';

/** Maximum lengths in tokens, begin and end tokens included. */
export interface TaskLengths {
  prompt: number;
  /** Of the longest worked solution; 0 if the task has none. */
  response: number;
}

/** The stages of a run, which decide which rows of a data set can be used. */
export type Stages = Pick<RunConfig, 'sft' | 'rl' | 'evaluation' | 'report'>;

/** A row of a data set with its lengths in tokens. */
interface MeasuredProblem {
  problem: Problem;
  prompt: number;
  /** undefined without a worked solution. */
  solution: number | undefined;
}

export type MeasuredRows = Record<'training' | 'heldOut', readonly MeasuredProblem[]>;

/** The rows that the stages can use. */
export interface UsableRows {
  training: readonly Problem[];
  heldOut: readonly Problem[];
  lengths: TaskLengths;
  /** What was left out, one sentence each. */
  notes: readonly string[];
}

/** Rows between two reports of progress. */
const ROWS_PER_REPORT = 256;

/**
 * Measures rows in pieces, which let other events of the thread in.
 *
 * @param name of the data, for reports of progress
 * @throws the signal's reason
 */
export async function measureRows(
  problems: ListedProblems,
  writer: PromptWriter,
  name: string,
  { signal, onProgress }: TaskOptions,
): Promise<MeasuredRows> {
  const pause = breaks();
  const total = problems.training.length + problems.heldOut.length;
  let rows = 0;
  const measure = async (list: readonly Problem[]): Promise<MeasuredProblem[]> => {
    const measured: MeasuredProblem[] = [];
    for (const problem of list) {
      await pause();
      signal?.throwIfAborted();
      if (rows++ % ROWS_PER_REPORT === 0) onProgress?.({ work: 'measuring', name, done: rows, total, rows });
      measured.push({
        problem,
        prompt: writer.prompt(problem).length,
        solution: writer.solutionTokens(problem),
      });
    }
    return measured;
  };
  return { training: await measure(problems.training), heldOut: await measure(problems.heldOut) };
}

/**
 * The rows of a data set that the stages can use in a model with `positions`.
 *
 * @throws StudioError `input` when no row is left, or responses have no length
 */
export function usableRows(
  measured: MeasuredRows,
  { sft, rl, evaluation, report }: Stages,
  positions: number,
): UsableRows {
  // What asks held-out problems; a report has no effect on an evaluation.
  const [asking, asked] = evaluation ? (['evaluation', evaluation] as const) : (['report', report] as const);
  const notes: string[] = [];
  const solved = sft ? measured.training.filter(({ solution }) => solution !== undefined) : measured.training;
  const unsolved = measured.training.length - solved.length;
  if (unsolved > 0) notes.push(`${unsolved} training rows have no solution to train on and are left out.`);
  const fitsSft = ({ prompt, solution = 0 }: MeasuredProblem) => prompt + solution - 1 <= positions;
  const candidates = sft ? solved.filter(fitsSft) : solved;
  const limit =
    rl?.max_response_tokens ??
    asked?.max_response_tokens ??
    candidates.reduce((longest, { solution = 0 }) => Math.max(longest, solution), 0);
  if ((rl ?? asked) && limit === 0) {
    const field = `${rl ? 'rl' : asking}.max_response_tokens`;
    throw inputError(
      field,
      'expected a number, because the data has no solutions to take the longest response from',
      field,
    );
  }
  const leavesRoom = ({ prompt }: MeasuredProblem) => prompt + limit <= positions;
  const training = sft || rl ? (rl ? candidates.filter(leavesRoom) : candidates) : [];
  const heldOut = asked ? measured.heldOut.filter(leavesRoom) : [];
  const note = (count: number, what: string) => {
    if (count > 0)
      notes.push(
        `${count} ${what} rows do not fit the model's ${positions} positions` +
          `${rl ? ` with responses of ${limit} tokens` : ''} and are left out.`,
      );
  };
  if (sft || rl) note(solved.length - training.length, 'training');
  if (asked) note(measured.heldOut.length - heldOut.length, 'held-out');
  if ((sft || rl) && training.length === 0)
    throw new StudioError(
      'input',
      ['No row of the data can be trained on.', ...notes].join(' '),
      'Choose shorter data, a model with more positions, or fewer response tokens.',
      rl ? 'rl.max_response_tokens' : 'task.data',
    );
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  return {
    notes,
    lengths: {
      prompt: most([...training, ...heldOut].map(({ prompt }) => prompt)),
      response: most(sft ? training.map(({ solution = 0 }) => solution) : [limit]),
    },
    training: training.map(({ problem }) => problem),
    heldOut: heldOut.map(({ problem }) => problem),
  };
}
