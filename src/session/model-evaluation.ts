/** Responses of a model to held-out problems of a task, greedy and sampled, each graded: what a report is made of. */
import { StudioError } from '../errors.ts';
import type { AnswerOf } from '../evaluation/final-answer.ts';
import type { EvaluatedProblem } from '../evaluation/report.ts';
import type { Tuner } from '../gpu/tuner.ts';
import { Generator, type Generated } from '../model/generation/generator.ts';
import type { Model } from '../model/model.ts';
import { stream } from '../random.ts';
import type { Grade } from '../rewards/grader.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TaskGrader } from '../tasks/task-grader.ts';
import type { Problem } from '../tasks/task.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

/** Sequences generated at once; halved while they do not fit in memory. */
const BATCH = 256;

export interface ModelEvaluationParts {
  model: Model;
  tuner: Tuner;
  tokenizer: Tokenizer;
  /** For the stages {evaluation}. */
  task: ModelTask;
  grader: TaskGrader;
  answerOf: AnswerOf;
}

export interface ModelEvaluationOptions {
  /** Sampled responses per problem, beside the greedy one. */
  samples: number;
  temperature: number;
  seed: number;
  /** Responses are cut off after this many tokens. */
  maxTokens: number;
  signal?: AbortSignal;
  /** Called with the number of responses so far. */
  onProgress?: (done: number, total: number) => void;
}

/** A response with its grade. */
export interface GradedText {
  response: string;
  /** In tokens, the end token included. */
  tokens: number;
  finished: boolean;
  grade: Grade;
  answer: string | undefined;
}

export interface ProblemResponses {
  problem: Problem;
  greedy: GradedText;
  sampled: GradedText[];
}

/**
 * @param problems to ask, in order; a sample depends on the seed, the place of its problem and its number alone, as
 *   long as BATCH sequences fit in memory
 * @throws StudioError `memory` if not even one sequence fits, `cancelled`, `device-lost`, `input` from a reward
 */
export async function evaluateModel(
  parts: ModelEvaluationParts,
  problems: readonly Problem[],
  options: ModelEvaluationOptions,
): Promise<ProblemResponses[]> {
  const prompted = promptedProblems(parts.task, problems);
  const longest = Math.max(...prompted.map(({ prompt }) => prompt.length));
  const sequences = sequencesOf(problems.length, options);
  const generator = await fittingGenerator(parts, sequences, longest, options.maxTokens);
  try {
    return await respond(parts, generator, prompted, options);
  } finally {
    generator.destroy();
  }
}

/** A problem with the tokens of its prompt. */
export interface PromptedProblem {
  problem: Problem;
  prompt: readonly number[];
}

export const promptedProblems = (task: ModelTask, problems: readonly Problem[]): PromptedProblem[] =>
  problems.map((problem) => ({ problem, prompt: task.prompt(problem) }));

/** Sequences that are generated at once. */
export const sequencesOf = (problems: number, { samples }: Pick<ModelEvaluationOptions, 'samples'>): number =>
  Math.min(BATCH, problems * samples);

/**
 * As `evaluateModel`, with a generator of `sequencesOf` sequences.
 *
 * @throws StudioError `cancelled`, `device-lost`, `input` from a reward
 */
export async function respond(
  parts: Omit<ModelEvaluationParts, 'model' | 'tuner'>,
  generator: Generator,
  prompted: readonly PromptedProblem[],
  { samples, temperature, seed, maxTokens, signal, onProgress }: ModelEvaluationOptions,
): Promise<ProblemResponses[]> {
  const total = prompted.length * (samples + 1);
  let done = 0;
  const responses = async (count: number, options: { temperature: number; seed: number }) => {
    const asked = prompted.flatMap((one) => Array.from({ length: count }, () => one));
    const graded: GradedText[] = [];
    const batch = generator.options.sequences;
    for (let first = 0; first < asked.length; first += batch) {
      const part = asked.slice(first, first + batch);
      const generated = await generator.generate(
        part.map(({ prompt }) => prompt),
        {
          ...options,
          // Samples are keyed by the position in the batch; the batch's first number distinguishes batches.
          seed: (options.seed + first) >>> 0,
          topK: 0,
          topP: 1,
          maxTokens,
          endTokens: parts.tokenizer.endTokens,
          ...(signal && { signal }),
        },
      );
      graded.push(...gradedTexts(parts, part, generated));
      done += part.length;
      onProgress?.(done, total);
    }
    return graded;
  };
  const greedy = await responses(1, { temperature: 0, seed: 0 });
  const sampled = await responses(samples, { temperature, seed: stream(seed, 'evaluate').uint32() });
  return prompted.map(({ problem }, i) => ({
    problem,
    greedy: greedy[i] as GradedText,
    sampled: sampled.slice(i * samples, (i + 1) * samples),
  }));
}

function gradedTexts(
  { grader, tokenizer, answerOf }: Omit<ModelEvaluationParts, 'model' | 'tuner'>,
  part: readonly PromptedProblem[],
  generated: readonly Generated[],
): GradedText[] {
  const answered = part.map((one, i) => ({ ...one, tokens: generated[i]?.tokens ?? [] }));
  const grades = grader.grade(answered);
  return answered.map(({ prompt, tokens }, i) => {
    const response = tokenizer.decodeAfter(prompt, tokens);
    return {
      response,
      tokens: tokens.length,
      finished: tokenizer.endTokens.includes(tokens.at(-1) ?? -1),
      grade: grades[i] as Grade,
      answer: answerOf(response),
    };
  });
}

async function fittingGenerator(
  { model, tuner }: Pick<ModelEvaluationParts, 'model' | 'tuner'>,
  sequences: number,
  promptTokens: number,
  responseTokens: number,
): Promise<Generator> {
  try {
    return await Generator.create(model, tuner, { sequences, promptTokens, responseTokens });
  } catch (error) {
    if (!(error instanceof StudioError) || error.kind !== 'memory' || sequences <= 1) throw error;
    return fittingGenerator({ model, tuner }, sequences >> 1, promptTokens, responseTokens);
  }
}

/** As a report takes them; lengths in tokens. */
export function evaluatedProblems(responses: readonly ProblemResponses[]): EvaluatedProblem[] {
  const evaluated = ({ grade: { correct, reward }, answer, tokens }: GradedText) => ({
    correct,
    reward,
    answer,
    length: tokens,
  });
  return responses.map(({ problem, greedy, sampled }) => ({
    difficulty: problem.difficulty,
    greedy: evaluated(greedy),
    responses: sampled.map(evaluated),
  }));
}
