/** Collects the values of a log as they are read, within bounds. */
import { readable, StudioError } from '../errors.ts';
import { LISTED, type LogLimits, type LogSeries, type LogSource, type MetricLog } from './metric-log.ts';

/** Characters of a metric's name; longer ones are texts that were taken for names. */
const LONGEST_NAME = 300;
/** Names that a note lists. */
const NAMED = 5;

/** The note of a log whose file ends inside of a record. */
export const TORN = 'Its last record is incomplete and was left out: the run may still be writing.';

/** Counts what a file may have in all of its runs. */
export class LogBudget {
  private values = 0;
  private series = 0;

  constructor(
    private readonly file: string,
    private readonly limits: LogLimits,
  ) {}

  /** @throws StudioError `input` beyond the limit of values */
  addValue(): void {
    this.values += 1;
    if (this.values > this.limits.values)
      throw new StudioError(
        'input',
        `${this.file}: expected at most ${this.limits.values.toLocaleString('en')} values, found more.`,
        'Log fewer metrics, or keep every k-th step.',
      );
  }

  /** @returns whether there is room for another series */
  addSeries(): boolean {
    if (this.series >= this.limits.series) return false;
    this.series += 1;
    return true;
  }

  get most(): number {
    return this.limits.series;
  }
}

/** Of `isStep`. */
export const EXPECTED_STEP = 'expected a number from 0 to 2^53 - 1';
export const isStep = (step: number): boolean => step >= 0 && step <= Number.MAX_SAFE_INTEGER;

/** One run of a log. */
export class LogBuilder {
  /** By name; a map, so that no name means anything to an object. */
  private readonly series = new Map<string, LogSeries & { unordered: boolean }>();
  private gaps = 0;
  private superseded = 0;
  private readonly surplus = new Set<string>();
  private readonly leftOut: MetricLog['leftOut'] = { count: 0, list: [] };
  private readonly notes: string[] = [];

  constructor(private readonly budget: LogBudget) {}

  /** @param step of which `isStep` holds @param value one that is not finite is a gap */
  add(name: string, step: number, value: number): void {
    let one = this.series.get(name);
    if (!one) {
      if (name === '') {
        this.note('Values without a name of their metric are left out.');
        return;
      }
      if (name.length > LONGEST_NAME || !this.budget.addSeries()) {
        if (this.surplus.size < 1000) this.surplus.add(name.slice(0, LONGEST_NAME));
        return;
      }
      one = { name, steps: [], values: [], unordered: false };
      this.series.set(name, one);
    }
    this.budget.addValue();
    if (!Number.isFinite(value)) this.gaps += 1;
    if (step < (one.steps.at(-1) ?? 0)) one.unordered = true;
    one.steps.push(step);
    one.values.push(value);
  }

  /** A value that is not there, and replaces none of its step. */
  addMissing(): void {
    this.gaps += 1;
  }

  /** A row that cannot be used. @param place `line 3` */
  leaveOut(place: string, reason: string): void {
    this.leftOut.count += 1;
    if (this.leftOut.list.length < LISTED) this.leftOut.list.push(readable(`${place}: ${reason}`));
  }

  note(text: string): void {
    const shown = oneLine(text);
    if (!this.notes.includes(shown)) this.notes.push(shown);
  }

  /** Removes values that a restarted run has superseded. @param names all series without it @returns how many */
  purge(from: number, names?: ReadonlySet<string>): number {
    let removed = 0;
    for (const one of this.series.values()) {
      if (names && !names.has(one.name)) continue;
      const before = one.steps.length;
      // Most series ascend: then what is superseded is their end.
      while ((one.steps.at(-1) ?? -1) >= from) {
        one.steps.pop();
        one.values.pop();
      }
      if (one.unordered) {
        const kept = one.steps.flatMap((step, i) => (step < from ? [i] : []));
        one.values = kept.map((i) => one.values[i] ?? NaN);
        one.steps = kept.map((i) => one.steps[i] ?? NaN);
      }
      removed += before - one.steps.length;
    }
    return removed;
  }

  /** The first row that was left out; undefined if all were used. */
  get firstLeftOut(): string | undefined {
    return this.leftOut.list[0];
  }

  /** Of all values, the share of those for whose step another one was written later; once the run is finished. */
  get supersededShare(): number {
    return this.superseded;
  }

  /** Of a run whose values are all gaps; undefined of another one. */
  get notFinite(): string | undefined {
    return this.gaps > 0 ? `expected finite values, found ${this.gaps} missing, NaN or infinite ones alone` : undefined;
  }

  /** @returns undefined for a run without a value */
  finish(source: LogSource, file: string, run?: string): MetricLog | undefined {
    let [again, all] = [0, 0];
    const series: LogSeries[] = [];
    for (const one of this.series.values()) {
      const ordered = inOrder(one);
      again += ordered.again;
      all += one.steps.length;
      if (ordered.steps.length > 0)
        series.push({ name: oneLine(one.name), steps: ordered.steps, values: ordered.values });
    }
    this.superseded = again / Math.max(1, all);
    if (series.length === 0) return undefined;
    if (this.gaps > 0)
      this.note(`${count(this.gaps, 'value')} missing or not finite (null, NaN, infinity): gaps in the curves.`);
    if (again > 0)
      this.note(
        `${count(again, 'value')} logged for a step that has another one, as by a run that was restarted: the one ` +
          'written last is used.',
      );
    if (this.surplus.size > 0)
      this.note(
        `More than ${this.budget.most.toLocaleString('en')} metrics, or names longer than ${LONGEST_NAME} ` +
          `characters: left out ${[...this.surplus].slice(0, NAMED).join(', ').slice(0, LONGEST_NAME)}` +
          `${this.surplus.size > NAMED ? ', …' : '.'}`,
      );
    const named = { file: readable(file), run: run === undefined ? undefined : readable(run) };
    return { source, ...named, series, leftOut: this.leftOut, notes: this.notes };
  }
}

/** Names of metrics may have line breaks. */
const oneLine = (text: string): string => readable(text).replace(/\s+/g, ' ');

const count = (number: number, what: string): string =>
  `${number.toLocaleString('en')} ${number === 1 ? `${what} is` : `${what}s are`}`;

/** By step, of one step the value that was written last; without gaps. @returns also how many steps had another */
function inOrder({
  steps,
  values,
}: Pick<LogSeries, 'steps' | 'values'>): Pick<LogSeries, 'steps' | 'values'> & { again: number } {
  const ascending = steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? Infinity));
  // Sorting is stable: of one step, the last one written comes last.
  const order = ascending ? undefined : steps.map((_, i) => i).sort((a, b) => (steps[a] ?? 0) - (steps[b] ?? 0));
  const found: Pick<LogSeries, 'steps' | 'values'> = { steps: [], values: [] };
  let again = 0;
  for (let k = 0; k < steps.length; k++) {
    const at = order ? (order[k] ?? 0) : k;
    const step = steps[at] ?? 0;
    const next = order ? steps[order[k + 1] ?? -1] : undefined;
    const value = values[at] ?? NaN;
    if (next === step) {
      // transformers logs the epoch with the metrics of a step, and again with those of an evaluation.
      if (Number.isFinite(value) && values[order?.[k + 1] ?? at] !== value) again += 1;
      continue;
    }
    if (!Number.isFinite(value)) continue;
    found.steps.push(step);
    found.values.push(value);
  }
  return { ...found, again };
}
