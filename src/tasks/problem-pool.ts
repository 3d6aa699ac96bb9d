/** Where the stages of a run get their problems from: a generator that draws them, or the rows of a data set. */
import { StudioError } from '../errors.ts';
import { stream, type Random } from '../random.ts';
import { TooFewHeldOut, type GeneratedProblems, type Problem } from './task.ts';

/**
 * Which draw of a stage is wanted: data sets deal their rows in an order shuffled by the seed, each once per epoch.
 */
export interface Turn {
  stage: 'sft' | 'rl';
  seed: number;
  /** 0-based, over the steps of the stage. */
  index: number;
}

export interface ProblemPool {
  /**
   * A training problem.
   *
   * @param turn for a data set; without it a row is drawn at random
   */
  training(random: Random, turn?: Turn): Problem;
  /** What a curriculum chooses from: difficulty bands, or rows of a data set, which are distinct problems. */
  readonly items: { count: number; distinct: boolean };
  /** A training problem of an item, numbered from 0. */
  itemProblem(item: number, random: Random): Problem;
  /** The item that a training problem is of; -1 for a problem of none. */
  itemOf(problem: Problem): number;
  /** Names of the difficulty bands that metrics are reported for. */
  readonly bands: readonly string[];
  /** Distinct held-out problems, the same for the same seed. @throws StudioError `input` if there are fewer */
  heldOut(count: number, seed: number): Problem[];
}

/** Problems redrawn for their length before the task is refused. */
const REDRAWS = 10_000;

/** Draws problems that fit. */
export class GeneratedPool implements ProblemPool {
  constructor(
    private readonly problems: GeneratedProblems,
    /** Whether a problem is within the task's lengths. */
    private readonly fits: (problem: Problem) => boolean,
  ) {}

  training(random: Random): Problem {
    return this.drawn(random);
  }

  get items() {
    return { count: this.bands.length, distinct: false };
  }

  itemProblem(item: number, random: Random): Problem {
    return this.drawn(random, this.bands[item]);
  }

  itemOf({ difficulty = '' }: Problem): number {
    return this.bands.indexOf(difficulty);
  }

  /** From easy to hard. */
  get bands(): readonly string[] {
    return this.problems.bands;
  }

  heldOut(count: number, seed: number): Problem[] {
    // Further problems take the places of those that are too long.
    for (let asked = count; ; asked *= 2) {
      const drawn = this.problems.heldOut(asked, seed);
      const fitting = drawn.filter(this.fits);
      if (fitting.length >= count) return fitting.slice(0, count);
      if (drawn.length < asked || asked > count + REDRAWS)
        throw new TooFewHeldOut(fitting.length, count, drawn.length - fitting.length);
    }
  }

  private drawn(random: Random, band?: string): Problem {
    for (let drawn = 0; drawn < REDRAWS; drawn++) {
      const problem = this.problems.draw(random, band);
      if (this.fits(problem)) return problem;
    }
    throw new StudioError('internal', 'The task draws only problems that are longer than those measured.');
  }
}

/** Difficulties of a data set up to which each is a metric. */
const MAX_BANDS = 16;

/** Deals the rows of a data set that the stages can use. */
export class RowPool implements ProblemPool {
  private readonly deals = new Map<string, Uint32Array>();
  /** Number of each training row, once asked for. */
  private numbers: Map<Problem, number> | undefined;
  private allBands: string[] | undefined;

  constructor(
    readonly trainingRows: readonly Problem[],
    readonly heldOutRows: readonly Problem[],
  ) {}

  training(random: Random, turn?: Turn): Problem {
    const rows = this.trainingRows.length;
    return this.trainingRows[turn ? this.deal(rows, turn) : random.integer(rows)] as Problem;
  }

  get items() {
    return { count: this.trainingRows.length, distinct: true };
  }

  itemProblem(item: number): Problem {
    return this.trainingRows[item] as Problem;
  }

  itemOf(problem: Problem): number {
    this.numbers ??= new Map(this.trainingRows.map((one, row) => [one, row]));
    return this.numbers.get(problem) ?? -1;
  }

  /** In alphabetical order; none if there are more than a chart can show. */
  get bands(): readonly string[] {
    this.allBands ??= [...new Set(this.trainingRows.flatMap(({ difficulty }) => difficulty ?? []))].sort();
    return this.allBands.length > MAX_BANDS ? [] : this.allBands;
  }

  heldOut(count: number, seed: number): Problem[] {
    if (this.heldOutRows.length < count) throw new TooFewHeldOut(this.heldOutRows.length, count);
    return stream(seed, 'held-out rows')
      .shuffle([...this.heldOutRows])
      .slice(0, count);
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
}
