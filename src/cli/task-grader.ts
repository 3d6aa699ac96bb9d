/** What grades given responses as a task's config says, without its data. */
import type { Row } from '../data/row.ts';
import { inputError } from '../errors.ts';
import { referenceAnswer } from '../rewards/answer.ts';
import { createGrader } from '../rewards/registry.ts';
import type { Grade, GradedResponse } from '../rewards/grader.ts';
import { TaskConfig } from '../run/config/task.ts';
import { parseAs } from '../run/schema-issues.ts';
import { generatedTask } from '../tasks/registry.ts';
import { parseJson, readText } from './files.ts';

/** The columns of a generated problem. */
const GENERATED_ANSWER = 'answer';

export interface GivenResponse {
  row: Row;
  response: string;
  finished: boolean;
  tokens?: number;
}

export interface TaskGrader {
  /** @throws StudioError `input` when a reward has failed too often */
  grade(responses: readonly GivenResponse[]): Grade[];
  destroy(): void;
}

/** Reads `task.json`: what is under `task` in a RunConfig. The column of prompts may be missing: grading reads none. */
export async function readTask(path: string): Promise<TaskConfig> {
  return parseAs(TaskConfig, withPromptColumn(parseJson(await readText(path), path)), path);
}

/** @param where the task's file, for messages */
export async function taskGrader(config: TaskConfig, where: string): Promise<TaskGrader> {
  const column = config.name === 'dataset' ? (config.columns.answer ?? config.columns.completion) : GENERATED_ANSWER;
  const graded = ({ row, ...response }: GivenResponse): GradedResponse => ({
    ...response,
    row,
    answer: referenceAnswer(row, column),
  });
  const { rewards } = config;
  if (rewards) {
    const grader = await createGrader(rewards);
    return { grade: (responses) => grader.grade(responses.map(graded)), destroy: () => grader.destroy() };
  }
  const verify = config.name === 'dataset' ? undefined : generatedTask(config).verify;
  if (!verify) throw inputError(where, 'rewards: expected at least one reward, because nothing else grades');
  return { grade: (responses) => responses.map((one) => verify(graded(one))), destroy: () => undefined };
}

function withPromptColumn(task: unknown): unknown {
  const { columns } = (task ?? {}) as { columns?: unknown };
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) return task;
  return 'prompt' in columns || 'messages' in columns
    ? task
    : { ...(task as object), columns: { ...columns, prompt: 'prompt' } };
}
