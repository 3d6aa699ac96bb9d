/** Grades responses to rows of a task without a model: for responses that some other program made. */
import { textAt, type Row } from '../data/row.ts';
import type { DataColumns } from '../data/config.ts';
import { inputError } from '../errors.ts';
import type { Grade } from '../rewards/grader.ts';
import { createGrader } from '../rewards/registry.ts';
import type { TaskConfig } from '../run/config.ts';
import { generatedTask } from './registry.ts';

export interface RowResponse {
  row: Row;
  response: string;
  /** Whether it ended by itself. */
  finished: boolean;
  /** Length in tokens, where it is known. */
  tokens?: number;
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

/** Of the rows of generated problems. */
const GENERATED_COLUMNS = { answer: 'answer', difficulty: 'difficulty' };

/** @throws StudioError `input` for a task that nothing grades, or a reward that cannot be made */
export async function rowGrader(config: TaskConfig): Promise<RowGrader> {
  const { rewards } = config;
  const columns: Partial<DataColumns> = config.name === 'dataset' ? config.columns : GENERATED_COLUMNS;
  const answer = columns.answer ?? columns.completion;
  const graded = ({ row, ...response }: RowResponse) => ({
    ...response,
    row,
    answer: answer === undefined ? undefined : textAt(row, answer),
  });
  const difficultyOf = (row: Row) => (columns.difficulty === undefined ? undefined : textAt(row, columns.difficulty));
  const verify = config.name === 'dataset' ? undefined : generatedTask(config).verify;
  if (rewards) {
    const grader = await createGrader(rewards, verify);
    return {
      keys: grader.keys,
      grade: (responses) => grader.grade(responses.map(graded)),
      difficultyOf,
      destroy: () => grader.destroy(),
    };
  }
  if (!verify)
    throw inputError('task.rewards', 'expected at least one reward, because nothing else grades', 'task.rewards');
  return {
    keys: [],
    grade: (responses) => responses.map((one) => verify(graded(one))),
    difficultyOf,
    destroy: () => undefined,
  };
}
