/** A source of SFT examples in the tokens of a model: its rows that can be trained on, and those it holds out. */
import { breaks } from '../data/data-file.ts';
import { keyOf } from '../data/example.ts';
import { asksForCorrect, meets, meetsCorrect, type RowFilter } from '../data/filter.ts';
import { textAt, valueAt } from '../data/row.ts';
import { atField, inputError, StudioError } from '../errors.ts';
import { createGrader } from '../rewards/registry.ts';
import type { GradedResponse } from '../rewards/grader.ts';
import type { SftConfig } from '../run/config.ts';
import { PromptWriter, type TrainingExample } from '../tasks/prompt-writer.ts';
import type { Problem, Task } from '../tasks/task.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { fitted, targetsOf, type FittedExample } from './fitted-example.ts';

export interface SourceParts {
  /** Its problems, as the source's config reads them. */
  task: Task;
  /** What it is called in lists. */
  name: string;
  /** Dotted path of the source in the config, for errors. */
  path: string;
  filter?: RowFilter | undefined;
  /** A teacher wrote its rows. */
  teacher: boolean;
  /** All rows are trained on; otherwise those that the task holds out are not. */
  trainAll: boolean;
  /** Grades completions for `correct`. */
  graded: Task;
}

export interface ModelParts {
  tokenizer: Tokenizer;
  /** Rows of the model's embedding. */
  vocabularySize: number;
  positions: number;
}

/** A row that can be trained on. */
export interface SourceRow {
  problem: Problem;
  /** Tokens of its example, after truncation. */
  tokens: number;
  /** Those that the loss counts. */
  targets: number;
  /** Of a teacher's trace, its end token included, before truncation. */
  trace: number;
  truncated: boolean;
}

/** How many rows are left out, by reason. */
export interface LeftOut {
  filtered: number;
  unsolved: number;
  tooLong: number;
}

export class ListedSource {
  private constructor(
    readonly parts: SourceParts,
    private readonly encode: (problem: Problem) => FittedExample | undefined,
    /** That can be trained on, in the order of the data. */
    readonly rows: readonly SourceRow[],
    /** Rows of the training side, before any is left out. */
    readonly read: number,
    readonly leftOut: LeftOut,
  ) {}

  /**
   * @throws StudioError `input` for a column of the filter that no row has, completions that cannot be graded, or what
   *   the vocabulary lacks
   */
  static async open(parts: SourceParts, model: ModelParts, config: SftConfig): Promise<ListedSource> {
    const { task, filter = [], path } = parts;
    const { problems } = task;
    if (problems.kind !== 'listed') throw new Error('a task that makes its own problems has no rows');
    const all = parts.trainAll ? [...problems.training, ...problems.heldOut] : problems.training;
    const kept = await atField(`${path}.filter`, () => filtered(all, filter, parts));
    const writer = new PromptWriter(task, model.tokenizer, model.vocabularySize);
    const encode = (problem: Problem) => {
      const example = exampleOf(task, writer, problem);
      return example && fitted(example, config, model.positions);
    };
    const rows: SourceRow[] = [];
    const leftOut: LeftOut = { filtered: all.length - kept.length, unsolved: 0, tooLong: 0 };
    const pause = breaks();
    for (const problem of kept) {
      await pause();
      const solution = task.solution(problem);
      if (solution === undefined) {
        leftOut.unsolved += 1;
        continue;
      }
      const example = inVocabulary(parts, () => encode(problem));
      if (!example) leftOut.tooLong += 1;
      else
        rows.push({
          problem,
          tokens: example.tokens.length,
          targets: targetsOf(example),
          trace: parts.teacher ? writer.responseTokens(problem, solution) : 0,
          truncated: example.truncated,
        });
    }
    return new ListedSource(parts, encode, rows, all.length, leftOut);
  }

  /** Problems that it holds out, for the validation loss. */
  get heldOut(): readonly Problem[] {
    const { problems } = this.parts.task;
    return this.parts.trainAll || problems.kind !== 'listed' ? [] : problems.heldOut;
  }

  /** @returns undefined for a problem without a solution, or one that is left out */
  example(problem: Problem): FittedExample | undefined {
    return this.encode(problem);
  }
}

/** @throws StudioError `input` that says what the tokenizer cannot encode */
function inVocabulary<T>({ path, name }: SourceParts, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    const found = error instanceof StudioError ? /^text: (.*)$/.exec(error.message)?.[1] : undefined;
    if (found === undefined) throw error;
    throw new StudioError(
      'input',
      `${path}: the model's tokenizer cannot encode ${name}: ${found}.`,
      'Choose data that it can encode, a prompt template without other characters, or another model.',
      path,
    );
  }
}

function exampleOf(task: Task, writer: PromptWriter, problem: Problem): TrainingExample | undefined {
  const solution = task.solution(problem);
  return solution === undefined ? undefined : writer.example(problem, solution);
}

async function filtered(
  problems: readonly Problem[],
  filter: RowFilter,
  { name, graded, task }: SourceParts,
): Promise<readonly Problem[]> {
  refuseMissingColumns(problems, filter, name);
  const kept = filter.length === 0 ? problems : problems.filter((problem) => meets(problem, filter));
  if (!asksForCorrect(filter)) return kept;
  const correct = await correctness(kept, task, graded);
  return kept.filter((problem, i) => meetsCorrect(problem, correct[i] ?? false, filter));
}

/** @throws StudioError `input` with the columns that the rows have */
function refuseMissingColumns(problems: readonly Problem[], filter: RowFilter, name: string): void {
  for (const { column } of filter) {
    if (column === undefined || problems.some(({ row }) => valueAt(row, column) !== undefined)) continue;
    const names = new Set(problems.slice(0, 10_000).flatMap(({ row }) => Object.keys(row)));
    throw inputError(name, `filter: no row has the column ${column}; there are ${[...names].slice(0, 20).join(', ')}`);
  }
}

/** Rows graded at once, between breaks that let other events in. */
const GRADED = 64;

/** Whether each problem's solution is correct by the rewards of the run's task. */
async function correctness(problems: readonly Problem[], task: Task, run: Task): Promise<boolean[]> {
  const { rewards } = run.config;
  const verify = run.verify?.bind(run);
  if (!rewards && !verify)
    throw inputError('task.rewards', 'expected at least one reward, by which filter.correct judges completions');
  const grader = rewards && (await createGrader(rewards));
  const found: boolean[] = [];
  const pause = breaks();
  try {
    for (let first = 0; first < problems.length; first += GRADED) {
      await pause();
      const responses = problems.slice(first, first + GRADED).map((problem) => solved(problem, task));
      const grades = grader ? grader.grade(responses) : responses.map((one) => verify?.(one));
      for (const grade of grades) found.push(grade?.correct ?? false);
    }
  } finally {
    grader?.destroy();
  }
  return found;
}

/** The completion of a row as a response that ended by itself. Its answer is that of the row's own column alone. */
function solved(problem: Problem, task: Task): GradedResponse {
  const { config } = task;
  const solution = task.solution(problem);
  const column = config.name === 'dataset' ? config.columns.answer : undefined;
  return {
    row: problem.row,
    answer: config.name !== 'dataset' ? problem.answer : column === undefined ? undefined : textAt(problem.row, column),
    response:
      typeof solution === 'string'
        ? solution
        : String([...(solution ?? [])].reverse().find(({ role }) => role === 'assistant')?.content ?? ''),
    finished: true,
  };
}

/** Keys by which problems of sources and of the task are the same. */
export const keysOf = (problems: readonly Problem[]): Set<string> =>
  new Set(problems.flatMap(({ key, prompt, messages }) => (messages ? [key] : [key, keyOf(prompt)])));
