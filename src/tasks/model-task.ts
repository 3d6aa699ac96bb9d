/**
 * A task in the tokens of one model: how its problems are asked, how long they are, and how the model's responses are
 * graded. Trainers and evaluations see tasks through this alone.
 */
import { inputError } from '../errors.ts';
import { stream, type Random } from '../random.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { GeneratedPool, RowPool, type ProblemPool, type Turn } from './problem-pool.ts';
import { PromptWriter, type TrainingExample } from './prompt-writer.ts';
import { createTaskGrader, type TaskGrader } from './task-grader.ts';
import type { TaskOptions } from './task-sources.ts';
import { TooFewHeldOut, type GeneratedProblems, type Problem, type Task } from './task.ts';
import { measureRows, usableRows, type MeasuredRows, type Stages, type TaskLengths } from './usable-rows.ts';

export interface ModelTaskParts {
  task: Task;
  tokenizer: Tokenizer;
  /** Rows of the model's embedding: larger ids cannot be read. */
  vocabularySize: number;
  /** The model's positions. */
  positions: number;
}

/** Problems drawn to measure the lengths of a generated task. */
const MEASURED = 512;

export class ModelTask {
  private constructor(
    private readonly parts: ModelTaskParts,
    private readonly writer: PromptWriter,
    private readonly pool: ProblemPool,
    readonly lengths: TaskLengths,
    /** All rows of a data set, of which the pool has those that the stages can use. */
    private readonly measured: MeasuredRows | undefined,
    /** What was left out, one sentence each. */
    readonly notes: readonly string[],
    /** Of the task's own problems and solutions. */
    private readonly ownLengths: TaskLengths = lengths,
  ) {}

  /**
   * Measures a task in a model's tokens; of a long data set in pieces, which let other events of the thread in.
   *
   * @throws StudioError `input` when the model's vocabulary cannot write the task; the signal's reason
   */
  static async measure(parts: ModelTaskParts, options: TaskOptions = {}): Promise<ModelTask> {
    const { problems, config } = parts.task;
    if (problems.kind === 'generated') return ModelTask.ofGenerated(parts, problems);
    const writer = writerOf(parts);
    const name = (config.name === 'dataset' && config.data?.path.split(/[/\\]/).at(-1)) || config.name;
    const measured = await measureRows(problems, writer, name, options);
    return new ModelTask(parts, writer, new RowPool([], []), { prompt: 0, response: 0 }, measured, []);
  }

  /** As `measure`, for a task that makes its own problems. */
  static ofGenerated(parts: ModelTaskParts, problems: GeneratedProblems): ModelTask {
    const writer = writerOf(parts);
    const lengths = measureGenerated(parts.task, problems, writer);
    const fits = (problem: Problem) =>
      writer.prompt(problem).length <= lengths.prompt && (writer.solutionTokens(problem) ?? 0) <= lengths.response;
    return new ModelTask(parts, writer, new GeneratedPool(problems, fits), lengths, undefined, []);
  }

  /**
   * The task as the stages of a run use it: a data set without the rows that they cannot.
   *
   * @throws StudioError `input` when no row is left, or the stages need what the task does not have
   */
  forStages(stages: Stages): ModelTask {
    const { parts, writer, measured } = this;
    if (stages.sft && stages.sft.wrong_fraction > 0 && !parts.task.wrongSolution)
      throw inputError(
        'sft.wrong_fraction',
        'expected 0, because this task has no incorrect solutions',
        'sft.wrong_fraction',
      );
    if (!measured) return this;
    const { training, heldOut, lengths, notes } = usableRows(measured, stages, parts.positions);
    return new ModelTask(parts, writer, new RowPool(training, heldOut), lengths, measured, notes);
  }

  /**
   * The task with room for longer responses than its own solutions, as far as the model's positions allow.
   *
   * @param tokens of a response, its end token included
   */
  withResponses(tokens: number): ModelTask {
    const { prompt, response } = this.ownLengths;
    const most = Math.max(response, Math.min(tokens, this.parts.positions + 1 - prompt));
    if (most === this.lengths.response) return this;
    const { parts, writer, pool, measured, notes } = this;
    return new ModelTask(parts, writer, pool, { prompt, response: most }, measured, notes, this.ownLengths);
  }

  /** Whether lengths were measured row by row, so that what is used fits. */
  get byRow(): boolean {
    return this.measured !== undefined;
  }

  get task(): Task {
    return this.parts.task;
  }

  /**
   * A training problem that fits the model.
   *
   * @param turn for a data set; without it a row is drawn at random
   */
  trainingProblem(random: Random, turn?: Turn): Problem {
    return this.pool.training(random, turn);
  }

  /** What a curriculum chooses from: difficulty bands, or rows of a data set, which are distinct problems. */
  get items(): ProblemPool['items'] {
    return this.pool.items;
  }

  /** A training problem of an item, numbered from 0. */
  itemProblem(item: number, random: Random): Problem {
    return this.pool.itemProblem(item, random);
  }

  /** The item that a training problem is of. */
  itemOf(problem: Problem): number {
    return this.pool.itemOf(problem);
  }

  /**
   * Names of the difficulty bands that metrics are reported for: from easy to hard, or for data in alphabetical order
   * and none if there are more than a chart can show.
   */
  get bands(): readonly string[] {
    return this.pool.bands;
  }

  /** The rows of a data set that the stages train on; undefined for a task that generates its problems. */
  get trainingRows(): readonly Problem[] | undefined {
    return this.pool instanceof RowPool ? this.pool.trainingRows : undefined;
  }

  /** Held-out problems for a loss on their solutions: all of a data set, `most` of a task that generates them. */
  heldOutOf(most: number, seed: number): readonly Problem[] {
    const { problems } = this.task;
    return problems.kind === 'listed' ? problems.heldOut : problems.heldOut(most, seed);
  }

  /** Number of held-out rows that the stages can use; 0 for a task that generates its problems. */
  get heldOutCount(): number {
    return this.pool instanceof RowPool ? this.pool.heldOutRows.length : 0;
  }

  /** Distinct held-out problems, the same for the same seed. @throws StudioError `input` if there are fewer */
  heldOutProblems(count: number, seed: number): Problem[] {
    return this.pool.heldOut(count, seed);
  }

  /** As `heldOutProblems`, but all of them where the task holds out fewer. */
  heldOutProblemsUpTo(count: number, seed: number): Problem[] {
    try {
      return this.heldOutProblems(count, seed);
    } catch (error) {
      if (!(error instanceof TooFewHeldOut) || error.most === 0) throw error;
      return this.heldOutProblems(error.most, seed);
    }
  }

  /** The tokens of a problem's prompt, with the tokens that begin a text. */
  prompt(problem: Problem): number[] {
    return this.writer.prompt(problem);
  }

  /** A problem and its solution as a training example. @param wrong with a plausible mistake */
  example(problem: Problem, random: Random, wrong: boolean): TrainingExample {
    const solution = wrong ? this.task.wrongSolution?.(problem, random) : this.task.solution(problem);
    if (solution === undefined) throw new Error('a problem without a solution is not trained on');
    return this.writer.example(problem, solution);
  }

  /** The example of a problem's own solution; undefined without one. */
  solvedExample(problem: Problem): TrainingExample | undefined {
    const solution = this.task.solution(problem);
    return solution === undefined ? undefined : this.writer.example(problem, solution);
  }

  /** Tokens of a problem's worked solution, its end included; undefined without one. */
  solutionTokens(problem: Problem): number | undefined {
    return this.writer.solutionTokens(problem);
  }

  /** Grades responses as the task's config says. @throws StudioError `input` for a reward that cannot be made */
  createGrader(): Promise<TaskGrader> {
    return createTaskGrader(this.task, this.parts.tokenizer);
  }
}

const writerOf = ({ task, tokenizer, vocabularySize }: ModelTaskParts): PromptWriter =>
  new PromptWriter(task, tokenizer, vocabularySize);

/** By the longest texts of a generated task, and a sample: few tokenizers write every number in as many tokens. */
function measureGenerated(task: Task, { longest, draw }: GeneratedProblems, writer: PromptWriter): TaskLengths {
  const random = stream(0, 'lengths');
  const lengths: TaskLengths = { prompt: 0, response: 0 };
  const take = (problem: Problem, solution: ReturnType<Task['solution']>) => {
    lengths.prompt = Math.max(lengths.prompt, writer.prompt(problem).length);
    if (solution !== undefined) lengths.response = Math.max(lengths.response, writer.responseTokens(problem, solution));
  };
  for (const { prompt, solution } of longest) take({ prompt, answer: '', key: '', row: {} }, solution);
  for (let drawn = 0; drawn < MEASURED; drawn++) {
    const problem = draw(random);
    take(problem, task.solution(problem));
  }
  return lengths;
}
