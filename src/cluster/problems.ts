/** The problems that a run asks, in its order, as far as they are known before it. */
import { PromptSource } from '../rl/prompt-source.ts';
import type { RunConfig } from '../run/config.ts';
import { EvaluationConfig } from '../run/config/resources.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import { PromptWriter } from '../tasks/prompt-writer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import type { AskedProblem } from './rows.ts';

/** Most training rows that are written; an engine starts again after the last one. */
export const MOST_ROWS = 200_000;
/** Held-out problems of a config without an evaluation. */
const HELD_OUT = 256;

export interface RunProblems {
  training: AskedProblem[];
  heldOut: AskedProblem[];
  /** Whether prompts are texts, not messages. */
  texts: boolean;
  /** Tokens before a text: none, or the begin token. */
  begins: boolean;
  /** Of the longest prompt. */
  promptTokens: number;
}

export interface ProblemSources {
  task: ModelTask;
  tokenizer: Tokenizer;
  vocabularySize: number;
}

/**
 * The config as it is resolved for an export: held-out rows are written also where the run itself evaluates nothing.
 */
export const withEvaluation = (config: RunConfig): RunConfig => ({
  ...config,
  evaluation: config.evaluation ?? EvaluationConfig.parse({ problems: HELD_OUT }),
});

/** @throws StudioError `input` where the task has no problem that fits */
export function runProblems(config: RunConfig, { task, tokenizer, vocabularySize }: ProblemSources): RunProblems {
  const { rl, seed, evaluation } = config;
  if (!rl) throw new Error('a recipe without RL has no problems');
  const writer = new PromptWriter(task.task, tokenizer, vocabularySize);
  const asked = (problem: AskedProblem['problem']): AskedProblem => ({ problem, asked: writer.asked(problem) });
  // Without a curriculum: what it would choose depends on responses.
  const source = new PromptSource(task, { ...rl, curriculum: 'none' }, seed);
  const training: AskedProblem[] = [];
  for (let step = 1; step <= rl.steps && training.length < MOST_ROWS; step++) {
    training.push(...source.problems(step, 0).map(asked));
    source.commit({ batches: 1, responses: [] });
  }
  // Data may hold out nothing.
  const holdsOut = task.trainingRows === undefined || task.heldOutCount > 0;
  const heldOut = holdsOut ? task.heldOutProblemsUpTo(evaluation?.problems ?? HELD_OUT, seed).map(asked) : [];
  const lengths = [...new Set([...training, ...heldOut].map(({ problem }) => problem))].map(
    (problem) => writer.prompt(problem).length,
  );
  return {
    training,
    heldOut,
    texts: !writer.chat,
    begins: tokenizer.beginTokens.length > 0,
    promptTokens: lengths.reduce((most, length) => Math.max(most, length), 1),
  };
}
