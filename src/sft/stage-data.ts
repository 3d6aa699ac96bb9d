/** The data of an SFT stage: its sources in the tokens of a model, and the examples of a run on them. */
import { keyOf } from '../data/example.ts';
import { inputError, StudioError } from '../errors.ts';
import { stream } from '../random.ts';
import type { RunConfig, SftConfig } from '../run/config.ts';
import type { SftSource } from '../run/config/sft.ts';
import type { ModelTask } from '../tasks/model-task.ts';
import type { TrainingExample } from '../tasks/prompt-writer.ts';
import type { Problem, Task } from '../tasks/task.ts';
import type { ShownTrace } from '../views/sft.ts';
import { drawExample, SftExamples, type DrawnSource, type ExampleParts } from './examples.ts';
import { fitted } from './fitted-example.ts';
import { keysOf, ListedSource, type ModelParts, type SourceRow } from './source.ts';
import { hasTeacher, taughtBands } from './taught-source.ts';
import { atSource, type SourceTasks } from './source-tasks.ts';
import type { HeldOutPool } from './validation-rows.ts';

type StageConfig = Pick<RunConfig, 'seed' | 'evaluation'> & { sft: SftConfig };

const OWN_TASK: readonly SftSource[] = [{ task: true }];
/** The name of the stream that orders the rows of the run's task. */
const TASK_ROWS = 'sft rows';
const NOTHING = { filtered: 0, unsolved: 0, tooLong: 0, heldOut: 0 };

/** Whether SFT chooses its rows itself. Otherwise it trains on those rows of the task that all stages can use. */
export const choosesRows = ({ sources, truncation }: SftConfig): boolean =>
  sources !== undefined || truncation !== 'drop';

export class SftStageData {
  private constructor(
    private readonly model: ModelParts,
    private readonly sources: readonly SftSource[],
    /** One per source; undefined for a task that makes its own problems. */
    private readonly listed: readonly (ListedSource | undefined)[],
  ) {}

  /**
   * @param run the run's task
   * @throws StudioError `input` for a filter that cannot be applied, or what the vocabulary lacks
   */
  static async open({ config, tasks }: SourceTasks, run: Task, model: ModelParts): Promise<SftStageData> {
    const sources = choosesRows(config) ? (config.sources ?? OWN_TASK) : [];
    const listed: (ListedSource | undefined)[] = [];
    for (const [i, source] of sources.entries()) {
      const task = tasks[i] ?? run;
      const path = config.sources ? `sft.sources.${i}` : 'sft';
      if (task.problems.kind === 'generated') {
        if (source.filter)
          throw inputError(
            `${path}.filter`,
            'expected none, because the task makes its own problems',
            `${path}.filter`,
          );
        listed.push(undefined);
        continue;
      }
      const parts = {
        task,
        name: nameOf(source, run),
        path,
        filter: source.filter,
        teacher: hasTeacher(source),
        trainAll: source.data !== undefined && source.held_out === undefined,
        graded: run,
      };
      listed.push(await atSource(i, () => ListedSource.open(parts, model, config)));
    }
    return new SftStageData(model, sources, listed);
  }

  /** Longest trace of a teacher in tokens, its end token included; 0 without teachers. */
  get longestTrace(): number {
    return this.listed
      .flatMap((listed) => (listed?.parts.teacher ? listed.rows : []))
      .reduce((most, { trace }) => Math.max(most, trace), 0);
  }

  /** Rows of each source that can be trained on; undefined for a task that makes its own problems. */
  get sourceRows(): readonly (readonly SourceRow[] | undefined)[] {
    return this.listed.map((one) => one?.rows);
  }

  /** All that teachers wrote, with the index and the name of their source. */
  get traces(): { source: number; teacher: string; problem: Problem; trained: boolean }[] {
    return this.listed.flatMap((listed, source) => {
      if (!listed?.parts.teacher) return [];
      const { problems } = listed.parts.task;
      const trained = new Set(listed.rows.map(({ problem }) => problem));
      const written = problems.kind === 'listed' ? problems.training : [];
      return written.map((problem) => ({
        source,
        teacher: listed.parts.name,
        problem,
        trained: trained.has(problem),
      }));
    });
  }

  /**
   * The examples of a run.
   *
   * @param config with the SFT section that the data was opened for, in which steps, epochs, batch size and the share
   *   of incorrect solutions may differ
   * @param task as the run's stages use it
   * @throws StudioError `input` where nothing can be trained on, or an epoch has no size
   */
  examples(config: StageConfig, task: ModelTask): SftExamples {
    const { sft, seed } = config;
    const parts = { config: sft, seed, positions: this.model.positions, heldOut: this.pools(config, task) };
    if (this.sources.length === 0) return new SftExamples({ ...parts, ...this.ofTask(config, task) });
    const generated = this.listed.some((listed) => listed === undefined);
    if (sft.wrong_fraction > 0 && !(generated && task.task.wrongSolution))
      throw inputError(
        'sft.wrong_fraction',
        'expected 0, because no source has incorrect solutions',
        'sft.wrong_fraction',
      );
    const held = this.heldOutKeys(config, task);
    const sources = this.sources.map((source, i): DrawnSource => {
      const listed = this.listed[i];
      // A teacher's amount says how many rows it has.
      const amounts = { weight: source.weight, amount: hasTeacher(source) ? undefined : source.amount };
      return listed
        ? { ...drawnRows(listed, held, source.task ? TASK_ROWS : `sft rows of source ${i}`), ...amounts }
        : { ...this.endless(config, task, i), ...amounts };
    });
    const [only] = sources;
    // A task that makes its own problems and is the only source, without an amount, has no epochs.
    if (sources.length === 1 && only?.rows === undefined && only?.amount === undefined && sft.steps !== undefined)
      return new SftExamples({
        ...parts,
        sources,
        drawStep: (step) =>
          Array.from({ length: sft.batch_size }, (_, i) =>
            (only as DrawnSource).example((step - 1) * sft.batch_size + i),
          ),
      });
    return new SftExamples({ ...parts, sources });
  }

  /** The task's own rows, as all stages of the run can use them; or problems drawn step by step. */
  private ofTask({ sft, seed }: StageConfig, task: ModelTask): Pick<ExampleParts, 'sources' | 'drawStep'> {
    const { prompt, response } = task.lengths;
    const tokens = prompt + response;
    const counted = (example: TrainingExample) =>
      sft.loss_on === 'all' ? (fitted(example, sft, Infinity) ?? example) : example;
    const source = {
      name: nameOf({ task: true }, task.task),
      path: 'sft',
      label: TASK_ROWS,
      longest: { tokens, targets: sft.loss_on === 'all' ? tokens - 1 : response },
      leftOut: NOTHING,
      truncated: 0,
    };
    const rows = task.trainingRows;
    const solved = (problem: Problem) => {
      const example = task.solvedExample(problem);
      if (!example) throw new Error('a row without a solution is not trained on');
      return counted(example);
    };
    if (rows) return { sources: [{ ...source, rows: rows.length, example: (row) => solved(rows[row] as Problem) }] };
    const drawStep = (step: number) => {
      const random = stream(seed, 'sft examples', step);
      return Array.from({ length: sft.batch_size }, () => {
        const problem = task.trainingProblem(random);
        return counted(task.example(problem, random, random.float() < sft.wrong_fraction));
      });
    };
    return { sources: [{ ...source, rows: undefined, example: () => ({ tokens: [], lossMask: [] }) }], drawStep };
  }

  private endless(config: StageConfig, task: ModelTask, index: number): DrawnSource {
    const { sft } = config;
    const { positions } = this.model;
    const label = `sft problems of source ${index}`;
    const whole = task.lengths.prompt + task.lengths.response;
    const tokens = sft.truncation === 'drop' ? whole : Math.min(whole, positions + 1);
    return {
      name: nameOf({ task: true }, task.task),
      path: `sft.sources.${index}`,
      label,
      rows: undefined,
      example: (draw) => drawExample(task, config, label, draw, (example) => fitted(example, sft, positions)),
      longest: { tokens, targets: sft.loss_on === 'all' ? tokens - 1 : task.lengths.response },
      leftOut: NOTHING,
      truncated: 0,
    };
  }

  /** What the validation loss reads: held-out rows of the sources, or of the task where they have none. */
  private pools({ sft, seed }: StageConfig, task: ModelTask): HeldOutPool[] {
    if (!sft.validation) return [];
    const { positions } = this.model;
    const own: HeldOutPool = {
      name: nameOf({ task: true }, task.task),
      problems: (most) => task.heldOutOf(most, seed),
      example: (problem) => {
        const example = task.solvedExample(problem);
        return example && fitted(example, sft, positions);
      },
    };
    const names = distinctNames(this.sources.map((source) => nameOf(source, task.task)));
    const pools = this.sources.flatMap((source, i): HeldOutPool[] => {
      const name = names[i] as string;
      if (source.task) return [{ ...own, name }];
      const listed = this.listed[i];
      return listed && listed.heldOut.length > 0
        ? [{ name, problems: () => listed.heldOut, example: (problem) => listed.example(problem) }]
        : [];
    });
    return pools.length > 0 ? pools : [own];
  }

  /** Of the problems that no source may train on: held out by the run's task, or by a source. */
  private heldOutKeys({ evaluation, seed }: StageConfig, task: ModelTask): ReadonlySet<string> {
    const { problems } = task.task;
    const ofTask =
      problems.kind === 'listed'
        ? problems.heldOut
        : evaluation
          ? [...problems.heldOut(evaluation.problems, seed), ...task.heldOutProblemsUpTo(evaluation.problems, seed)]
          : [];
    const keys = keysOf(ofTask);
    for (const listed of this.listed) for (const key of keysOf(listed?.heldOut ?? [])) keys.add(key);
    return keys;
  }
}

function drawnRows(source: ListedSource, held: ReadonlySet<string>, label: string): DrawnSource {
  const { name, path } = source.parts;
  const isHeld = ({ problem: { key, prompt, messages } }: SourceRow) =>
    held.has(key) || (!messages && held.has(keyOf(prompt)));
  const rows = source.rows.filter((row) => !isHeld(row));
  const leftOut = { ...source.leftOut, heldOut: source.rows.length - rows.length };
  if (rows.length === 0) throw nothingLeft(name, path, source.read, leftOut);
  const most = (value: (row: SourceRow) => number) => rows.reduce((longest, row) => Math.max(longest, value(row)), 0);
  return {
    name,
    path,
    label,
    rows: rows.length,
    example: (row) => {
      const example = source.example((rows[row] as SourceRow).problem);
      if (!example) throw new Error('a row that is left out is not trained on');
      return example;
    },
    longest: { tokens: most(({ tokens }) => tokens), targets: most(({ targets }) => targets) },
    leftOut,
    ...(source.parts.teacher && {
      bands: taughtBands(rows.map(({ problem, trace }) => ({ problem, tokens: trace }))),
      traces: rows.slice(0, SHOWN_TRACES).map(({ problem }) => shownTrace(problem)),
    }),
    truncated: rows.filter(({ truncated }) => truncated).length,
  };
}

/** Traces that are shown of a teacher. */
const SHOWN_TRACES = 3;

const shownTrace = ({ prompt, difficulty = '', row }: Problem): ShownTrace => ({
  prompt,
  completion: String(row['completion']),
  correct: row['correct'] === true,
  difficulty,
});

function nothingLeft(name: string, path: string, read: number, leftOut: DrawnSource['leftOut']): StudioError {
  const { filtered, unsolved, tooLong, heldOut } = leftOut;
  const [advice, field] =
    filtered === read
      ? ['Change its filter.', `${path}.filter`]
      : unsolved === read - filtered
        ? ['Name its column with the solutions: columns.completion or columns.answer.', path]
        : ['Choose other data, another truncation, or a model with more positions.', path];
  return new StudioError(
    'input',
    `${path}: no row of ${name} can be trained on. Of ${read} rows, ${filtered} do not pass the filter, ${unsolved} ` +
      `have no solution, ${tooLong} do not fit the model, and ${heldOut} are held out.`,
    advice,
    field,
  );
}

/** Names of sources as metrics have them: those that occur several times are numbered by their place. */
const distinctNames = (names: readonly string[]): string[] =>
  names.map((name, i) => (names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (source ${i + 1})`));

function nameOf({ data, teacher }: SftSource, run: Task): string {
  if (teacher) return `teacher ${teacher.name ?? teacher.style}`;
  const given = data ?? (run.config.name === 'dataset' ? run.config.data : undefined);
  if (!data && run.config.name !== 'dataset') return `task ${run.config.name}`;
  const file =
    given?.path
      .replace(/^embedded:/, '')
      .split(/[/\\]/)
      .at(-1) ?? 'data';
  return data ? file : `task, ${file}`;
}
