/**
 * A task in the tokens of one model: how its problems are asked, how long they are, and how the model's responses are
 * graded. Trainers and evaluations see tasks through this alone.
 */
import { breaks } from '../data/data-file.ts';
import { inputError, StudioError } from '../errors.ts';
import { stream, type Random } from '../random.ts';
import type { Grade, ResponseGrader } from '../rewards/grader.ts';
import { createGrader } from '../rewards/registry.ts';
import type { RunConfig } from '../run/config.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { PromptWriter, type TrainingExample } from './prompt-writer.ts';
import type { TaskOptions } from './task-sources.ts';
import { tooFewHeldOut, type GeneratedProblems, type Problem, type Task } from './task.ts';

/** Maximum lengths in tokens, begin and end tokens included. */
export interface TaskLengths {
  prompt: number;
  /** Of the longest worked solution; 0 if the task has none. */
  response: number;
}

/**
 * Which draw of a stage is wanted: data sets deal their rows in an order shuffled by the seed, each once per epoch.
 */
export interface Turn {
  stage: 'sft' | 'rl';
  seed: number;
  /** 0-based, over the steps of the stage. */
  index: number;
}

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

export interface ModelTaskParts {
  task: Task;
  tokenizer: Tokenizer;
  /** Rows of the model's embedding: larger ids cannot be read. */
  vocabularySize: number;
  /** The model's positions. */
  positions: number;
}

/** The stages of a run, which decide which rows of a data set can be used. */
type Stages = Pick<RunConfig, 'sft' | 'rl' | 'evaluation'>;

/** A row of a data set with its lengths in tokens. */
interface MeasuredProblem {
  problem: Problem;
  prompt: number;
  /** undefined without a worked solution. */
  solution: number | undefined;
}

/** Problems drawn to measure the lengths of a generated task. */
const MEASURED = 512;
/** Rows of a data set between two reports of progress. */
const ROWS_PER_REPORT = 256;
/** Problems redrawn for their length before the task is refused. */
const REDRAWS = 10_000;
/** Difficulties of a data set up to which each is a metric. */
const MAX_BANDS = 16;

export class ModelTask {
  private readonly deals = new Map<string, Uint32Array>();
  /** Number of each training row, once asked for. */
  private rows: Map<Problem, number> | undefined;
  private dataBands: string[] | undefined;

  private constructor(
    private readonly parts: ModelTaskParts,
    private readonly writer: PromptWriter,
    readonly lengths: TaskLengths,
    /** The rows of a data set. */
    private readonly measured: Record<'training' | 'heldOut', readonly MeasuredProblem[]> | undefined,
    /** Those of them that the stages can use. */
    private readonly used: Record<'training' | 'heldOut', readonly Problem[]> | undefined,
    /** What was left out, one sentence each. */
    readonly notes: readonly string[],
  ) {}

  /**
   * Measures a task in a model's tokens; of a long data set in pieces, which let other events of the thread in.
   *
   * @throws StudioError `input` when the model's vocabulary cannot write the task; the signal's reason
   */
  static async measure(parts: ModelTaskParts, { signal, onProgress }: TaskOptions = {}): Promise<ModelTask> {
    const { problems, config } = parts.task;
    if (problems.kind === 'generated') return ModelTask.ofGenerated(parts, problems);
    const writer = writerOf(parts);
    const pause = breaks();
    const total = problems.training.length + problems.heldOut.length;
    const name = (config.name === 'dataset' && config.data?.path.split(/[/\\]/).at(-1)) || config.name;
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
    const measured = { training: await measure(problems.training), heldOut: await measure(problems.heldOut) };
    return new ModelTask(parts, writer, { prompt: 0, response: 0 }, measured, undefined, []);
  }

  /** As `measure`, for a task that makes its own problems. */
  static ofGenerated(parts: ModelTaskParts, problems: GeneratedProblems): ModelTask {
    const writer = writerOf(parts);
    return new ModelTask(parts, writer, measureGenerated(parts.task, problems, writer), undefined, undefined, []);
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
    const rows = usableRows(measured, stages, parts.positions);
    return new ModelTask(parts, writer, rows.lengths, measured, rows, rows.notes);
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
    const { problems } = this.task;
    if (problems.kind === 'generated') return this.drawn(problems, random);
    const training = this.used?.training ?? [];
    const row = turn ? this.deal(training.length, turn) : random.integer(training.length);
    return training[row] as Problem;
  }

  private drawn(problems: GeneratedProblems, random: Random, band?: string): Problem {
    for (let drawn = 0; drawn < REDRAWS; drawn++) {
      const problem = problems.draw(random, band);
      if (this.fits(problem)) return problem;
    }
    throw new StudioError('internal', 'The task draws only problems that are longer than those measured.');
  }

  /** What a curriculum chooses from: difficulty bands, or rows of a data set, which are distinct problems. */
  get items(): { count: number; distinct: boolean } {
    const { problems } = this.task;
    return problems.kind === 'generated'
      ? { count: problems.bands.length, distinct: false }
      : { count: this.used?.training.length ?? 0, distinct: true };
  }

  /** A training problem of an item, numbered from 0. */
  itemProblem(item: number, random: Random): Problem {
    const { problems } = this.task;
    return problems.kind === 'generated'
      ? this.drawn(problems, random, problems.bands[item])
      : (this.used?.training[item] as Problem);
  }

  /** The item that a training problem is of. */
  itemOf(problem: Problem): number {
    const { problems } = this.task;
    if (problems.kind === 'generated') return problems.bands.indexOf(problem.difficulty ?? '');
    this.rows ??= new Map(this.used?.training.map((one, row) => [one, row]));
    return this.rows.get(problem) ?? -1;
  }

  /**
   * Names of the difficulty bands that metrics are reported for: from easy to hard, or for data in alphabetical order
   * and none if there are more than a chart can show.
   */
  get bands(): readonly string[] {
    const { problems } = this.task;
    if (problems.kind === 'generated') return problems.bands;
    this.dataBands ??= [...new Set(this.used?.training.flatMap(({ difficulty }) => difficulty ?? []))].sort();
    return this.dataBands.length > MAX_BANDS ? [] : this.dataBands;
  }

  /** Row of a turn: the rows in an order shuffled anew for each epoch. */
  private deal(rows: number, { stage, seed, index }: Turn): number {
    const epoch = Math.floor(index / rows);
    const key = `${stage} ${seed} ${epoch}`;
    let order = this.deals.get(key);
    if (!order) {
      order = Uint32Array.from(
        stream(seed, `${stage} rows`, epoch).shuffle(Array.from({ length: rows }, (_, row) => row)),
      );
      // A step needs at most two epochs unless its batch is larger than the data.
      if (this.deals.size > 3) this.deals.clear();
      this.deals.set(key, order);
    }
    return order[index % rows] ?? 0;
  }

  /** The rows of a data set that the stages train on; undefined for a task that generates its problems. */
  get trainingRows(): readonly Problem[] | undefined {
    return this.measured && (this.used?.training ?? []);
  }

  /** Held-out problems for a loss on their solutions: all of a data set, `most` of a task that generates them. */
  heldOutOf(most: number, seed: number): readonly Problem[] {
    const { problems } = this.task;
    return problems.kind === 'listed' ? problems.heldOut : problems.heldOut(most, seed);
  }

  /** Number of held-out rows that the stages can use; 0 for a task that generates its problems. */
  get heldOutCount(): number {
    return this.used?.heldOut.length ?? 0;
  }

  /** Distinct held-out problems, the same for the same seed. @throws StudioError `input` if there are fewer */
  heldOutProblems(count: number, seed: number): Problem[] {
    const { problems } = this.task;
    if (problems.kind === 'generated') {
      const drawn = problems.heldOut(count, seed);
      if (drawn.length < count) throw tooFewHeldOut(drawn.length, count);
      return drawn.filter((problem) => this.fits(problem));
    }
    const heldOut = this.used?.heldOut ?? [];
    if (heldOut.length < count) throw tooFewHeldOut(heldOut.length, count);
    return stream(seed, 'held-out rows')
      .shuffle([...heldOut])
      .slice(0, count);
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

  private fits(problem: Problem): boolean {
    return (
      this.writer.prompt(problem).length <= this.lengths.prompt &&
      (this.writer.solutionTokens(problem) ?? 0) <= this.lengths.response
    );
  }

  /** Grades responses as the task's config says. @throws StudioError `input` for a reward that cannot be made */
  async createGrader(): Promise<TaskGrader> {
    const { task } = this;
    const { rewards } = task.config;
    if (!rewards) {
      const verify = task.verify?.bind(task);
      if (!verify)
        throw inputError('task.rewards', 'expected at least one reward, because nothing else grades', 'task.rewards');
      return {
        keys: [],
        grade: (responses) => responses.map((response) => verify(this.graded(response))),
        destroy: () => undefined,
      };
    }
    const grader: ResponseGrader = await createGrader(rewards, task.verify?.bind(task));
    return {
      keys: grader.keys,
      grade: (responses) => grader.grade(responses.map((response) => this.graded(response))),
      destroy: () => grader.destroy(),
    };
  }

  private graded({ problem, prompt, tokens }: Answered) {
    const { tokenizer } = this.parts;
    const last = tokens.at(-1);
    return {
      row: problem.row,
      answer: problem.answer,
      response: tokenizer.decodeAfter(prompt, tokens),
      finished: last !== undefined && tokenizer.endTokens.includes(last),
      tokens: tokens.length,
    };
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

/** The rows of a data set that the stages can use in a model with `positions`. */
function usableRows(
  measured: Record<'training' | 'heldOut', readonly MeasuredProblem[]>,
  { sft, rl, evaluation }: Stages,
  positions: number,
) {
  const notes: string[] = [];
  const solved = sft ? measured.training.filter(({ solution }) => solution !== undefined) : measured.training;
  const unsolved = measured.training.length - solved.length;
  if (unsolved > 0) notes.push(`${unsolved} training rows have no solution to train on and are left out.`);
  const fitsSft = ({ prompt, solution = 0 }: MeasuredProblem) => prompt + solution - 1 <= positions;
  const candidates = sft ? solved.filter(fitsSft) : solved;
  const limit =
    rl?.max_response_tokens ??
    evaluation?.max_response_tokens ??
    candidates.reduce((longest, { solution = 0 }) => Math.max(longest, solution), 0);
  if ((rl ?? evaluation) && limit === 0)
    throw inputError(
      rl ? 'rl.max_response_tokens' : 'evaluation.max_response_tokens',
      'expected a number, because the data has no solutions to take the longest response from',
      rl ? 'rl.max_response_tokens' : 'evaluation.max_response_tokens',
    );
  const leavesRoom = ({ prompt }: MeasuredProblem) => prompt + limit <= positions;
  const training = sft || rl ? (rl ? candidates.filter(leavesRoom) : candidates) : [];
  const heldOut = evaluation ? measured.heldOut.filter(leavesRoom) : [];
  const note = (count: number, what: string) => {
    if (count > 0)
      notes.push(
        `${count} ${what} rows do not fit the model's ${positions} positions` +
          `${rl ? ` with responses of ${limit} tokens` : ''} and are left out.`,
      );
  };
  if (sft || rl) note(solved.length - training.length, 'training');
  if (evaluation) note(measured.heldOut.length - heldOut.length, 'held-out');
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
