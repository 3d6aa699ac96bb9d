/** Grades responses to rows of a task without a model: for responses that some other program made. */
import { valueAt, type Row } from '../data/row.ts';
import { inputError } from '../errors.ts';
import { referenceAnswer } from '../rewards/answer.ts';
import type { Grade } from '../rewards/grader.ts';
import type { TaskConfig } from '../run/config.ts';
import { generatedTask } from './registry.ts';

export interface RowResponse {
  row: Row;
  response: string;
  /** Whether it ended by itself. */
  finished: boolean;
}

export interface RowGrader {
  /** Keys of `Grade.rewards`; none for a task that is graded by its own verifier. */
  readonly keys: readonly string[];
  /** @throws StudioError `input` when a reward has failed too often */
  grade(responses: readonly RowResponse[]): Grade[];
  /** Name of a row's band of difficulty; undefined if the task has no column for it, or the row nothing there. */
  difficultyOf(row: Row): string | undefined;
  destroy(): void;
}

/** @throws StudioError `input` for a task that nothing grades, or a reward that cannot be made */
export async function rowGrader(config: TaskConfig): Promise<RowGrader> {
  const { rewards } = config;
  const columns = config.name === 'dataset' ? config.columns : { answer: 'answer' };
  const graded = ({ row, response, finished }: RowResponse) => ({
    row,
    answer: referenceAnswer(row, columns.answer ?? ('completion' in columns ? columns.completion : undefined)),
    response,
    finished,
  });
  const difficultyOf = (row: Row) => {
    const value = 'difficulty' in columns && columns.difficulty ? valueAt(row, columns.difficulty) : undefined;
    return value === undefined || value === null ? undefined : String(value as string | number);
  };
  if (rewards) {
    const { createGrader } = await import('../rewards/registry.ts');
    const grader = await createGrader(rewards);
    return {
      keys: grader.keys,
      grade: (responses) => grader.grade(responses.map(graded)),
      difficultyOf,
      destroy: () => grader.destroy(),
    };
  }
  const verify = config.name === 'dataset' ? undefined : generatedTask(config).verify;
  if (!verify)
    throw inputError('task.rewards', 'expected at least one reward, because nothing else grades', 'task.rewards');
  return {
    keys: [],
    grade: (responses) => responses.map((one) => verify(graded(one))),
    difficultyOf,
    destroy: () => undefined,
  };
}
