/**
 * Takes the answers of a run's report: the same held-out problems, with the same seed of sampling, at every stage.
 * They are what `evaluate` gives for the model of the stage with the same problems, samples, temperature and seed.
 */
import { atField, inputError, StudioError } from '../errors.ts';
import { finalAnswer, type AnswerOf } from '../evaluation/final-answer.ts';
import { Generator } from '../model/generation/generator.ts';
import { parameterCount } from '../model/weights/initial-weights.ts';
import type { ReportAbout } from '../report/compute-report.ts';
import type { AnsweredProblem, StageAnswer, StageAnswers, StageName } from '../report/stage-answers.ts';
import type { ReportConfig, RunConfig } from '../run/config.ts';
import { mistakeKinds, mistakeOf } from '../tasks/mistakes.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import { TooFewHeldOut, type Problem } from '../tasks/task.ts';
import type { EvaluatorParts } from './evaluation.ts';
import type { SessionOptions } from './session-parts.ts';
import type { TrainingPhase } from './training-snapshot.ts';
import {
  promptedProblems,
  respond,
  sequencesOf,
  type GradedText,
  type ModelEvaluationOptions,
  type PromptedProblem,
} from './model-evaluation.ts';

export class ReportTaker {
  private constructor(
    private readonly parts: EvaluatorParts,
    private readonly generator: Generator,
    private readonly prompted: readonly PromptedProblem[],
    private readonly answerOf: AnswerOf,
    private readonly options: Omit<ModelEvaluationOptions, 'signal' | 'onProgress'>,
  ) {}

  /**
   * @returns undefined when the config has no report
   * @throws StudioError `input` when no problem is held out, or responses do not fit the model; `memory`
   */
  static async create(parts: EvaluatorParts): Promise<ReportTaker | undefined> {
    const { model, tuner, task, config, arena } = parts;
    const { report } = config;
    if (!report) return undefined;
    const prompted = promptedProblems(task, heldOut(task, report, config.seed));
    const options = optionsOf(task, report, config);
    const generator = await atField('report.max_response_tokens', () =>
      Generator.create(model, tuner, {
        sequences: sequencesOf(prompted.length, options),
        promptTokens: task.lengths.prompt,
        responseTokens: options.maxTokens,
        ...(arena && { arena }),
      }),
    );
    return new ReportTaker(parts, generator, prompted, await finalAnswer(config.task.rewards), options);
  }

  get about(): ReportAbout {
    const { config, task, model } = this.parts;
    const { samples, temperature, maxTokens } = this.options;
    return {
      run: {
        name: config.name,
        seed: config.seed,
        task: config.task.name,
        parameters: parameterCount(model.config),
      },
      asked: { samples, temperature, max_response_tokens: maxTokens },
      mistakes: mistakeKinds(task.task),
    };
  }

  /**
   * The answers of the stage that ends where a run is.
   *
   * @param run its phase, and its completed training steps over all phases
   * @throws the signal's reason; StudioError `device-lost`, `input` from a reward
   */
  async take(
    { phase, stepsMade: step }: { phase: TrainingPhase | undefined; stepsMade: number },
    { onActivity, signal }: Pick<SessionOptions, 'onActivity' | 'signal'>,
  ): Promise<StageAnswers> {
    const stage: StageName = step === 0 || !phase ? 'start' : phase;
    const when = stage === 'start' ? 'before training' : `after ${stage.toUpperCase()}`;
    const activity = `answers for the report, ${when}`;
    onActivity?.(activity);
    const { grader, tokenizer, task } = this.parts;
    const responses = await respond(
      { grader, tokenizer, task, answerOf: this.answerOf },
      this.generator,
      this.prompted,
      {
        ...this.options,
        ...(signal && { signal }),
        onProgress: (done, total) => onActivity?.(`${activity}: ${done} of ${total}`),
      },
    );
    return {
      stage,
      step,
      problems: responses.map(({ problem, greedy, sampled }): AnsweredProblem => {
        const solution = task.solutionTokens(problem);
        return {
          prompt: problem.prompt,
          answer: problem.answer,
          ...(problem.difficulty !== undefined && { difficulty: problem.difficulty }),
          ...(solution !== undefined && { solution_tokens: solution }),
          greedy: answerFrom(task, problem, greedy),
          sampled: sampled.map((one) => answerFrom(task, problem, one)),
        };
      }),
    };
  }

  destroy(): void {
    this.generator.destroy();
  }
}

function heldOut(task: ModelTask, { problems }: ReportConfig, seed: number): Problem[] {
  try {
    return task.heldOutProblemsUpTo(problems, seed);
  } catch (error) {
    if (!(error instanceof TooFewHeldOut)) throw error;
    throw inputError('report', 'expected held-out problems that fit the model, found none', 'report.problems');
  }
}

function optionsOf(task: ModelTask, report: ReportConfig, { rl, seed }: RunConfig) {
  const { samples, temperature = rl?.temperature ?? 1 } = report;
  const maxTokens = report.max_response_tokens ?? rl?.max_response_tokens ?? task.lengths.response;
  if (maxTokens === 0)
    throw new StudioError(
      'input',
      'The task has no solutions to take the longest response of the report from.',
      'Set the length of its responses.',
      'report.max_response_tokens',
    );
  return { samples, temperature, seed, maxTokens };
}

function answerFrom(
  { task }: ModelTask,
  problem: Problem,
  { response, tokens, finished, grade: { correct, reward, error, reason }, answer }: GradedText,
): StageAnswer {
  const why = reason ?? error;
  return {
    response,
    tokens,
    finished,
    correct,
    reward,
    ...(answer !== undefined && { answer }),
    ...(!correct && { mistake: mistakeOf(task, problem, { response, finished, answer, error }) }),
    ...(!correct && why !== undefined && { reason: why }),
  };
}
