/** What grades the responses of one run: the rewards that its config lists, or else its task's verifier. */
import { inputError } from '../errors.ts';
import type { Grade, GradedResponse } from '../rewards/grader.ts';
import { createGrader } from '../rewards/registry.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { Problem, Task } from './task.ts';

/** A response with what it answers. */
export interface Answered {
  problem: Problem;
  /** The prompt's tokens. */
  prompt: readonly number[];
  /** The response's tokens, with its end token if it has one. */
  tokens: readonly number[];
}

/** Grades responses of one run; how often a reward may fail is counted per run. */
export interface TaskGrader {
  /** Keys of `Grade.rewards`; none for a task graded by its own verifier. */
  readonly keys: readonly string[];
  /** @throws StudioError `input` when a reward has failed too often */
  grade(responses: readonly Answered[]): Grade[];
  destroy(): void;
}

/** Used where responses are never written: in memory plans. */
export const NO_GRADER: TaskGrader = {
  keys: [],
  grade: () => {
    throw new Error('a memory plan grades nothing');
  },
  destroy: () => undefined,
};

/** @throws StudioError `input` for a reward that cannot be made, or a task that nothing grades */
export async function createTaskGrader(task: Task, tokenizer: Tokenizer): Promise<TaskGrader> {
  const verify = task.verify?.bind(task);
  const graded = (responses: readonly Answered[]) => responses.map((response) => gradedResponse(response, tokenizer));
  const { rewards } = task.config;
  if (rewards) {
    const grader = await createGrader(rewards, verify);
    return {
      keys: grader.keys,
      grade: (responses) => grader.grade(graded(responses)),
      destroy: () => grader.destroy(),
    };
  }
  if (!verify)
    throw inputError('task.rewards', 'expected at least one reward, because nothing else grades', 'task.rewards');
  return { keys: [], grade: (responses) => graded(responses).map(verify), destroy: () => undefined };
}

function gradedResponse({ problem, prompt, tokens }: Answered, tokenizer: Tokenizer): GradedResponse {
  const last = tokens.at(-1);
  return {
    row: problem.row,
    answer: problem.answer,
    response: tokenizer.decodeAfter(prompt, tokens),
    finished: last !== undefined && tokenizer.endTokens.includes(last),
    tokens: tokens.length,
  };
}
