/** Series as the rows that a chart draws. All bounded: a Series has at most 200 points. */
import { smooth } from '../../compare/smooth.ts';
import type { Series } from '../../run/series.ts';
import { dashOf, foreignDash } from '../palette.ts';
import { extentOf, type Extent } from './axis.ts';

export interface LineSpec {
  /** Key in the chart's series. */
  key: string;
  title: string;
  color: string;
  dashed?: boolean;
  /** Marks every point, for infrequent measurements, which are never smoothed. */
  dots?: boolean;
  /** How the bounds of its points are drawn; defaults to `edges`. */
  band?: 'area' | 'edges';
  /** Drawn faintly: a stored run behind the live one, or values before smoothing. */
  faint?: 'stored' | 'raw';
  /** A line of another trainer: thinner than own ones, and never solid. */
  foreign?: boolean;
}

/** Whether a chart has one line, beside stored runs and values before smoothing. */
export const isAlone = (lines: readonly LineSpec[]): boolean => lines.filter(({ faint }) => !faint).length === 1;

/**
 * A line's dashes in pixels, on the page and in exported pictures; undefined for a solid line.
 *
 * @param alone as `isAlone` of its chart: a line alone needs no dashes of its own
 */
export function dashOfLine({ color, dashed, faint, foreign }: LineSpec, alone: boolean): string | undefined {
  if (faint === 'stored') return '2 3';
  if (dashed) return '4 3';
  if (foreign) return foreignDash(color);
  return alone ? undefined : dashOf(color);
}

export type SeriesByKey = Readonly<Record<string, Series>>;
export type Row = { step: number } & Partial<Record<string, number>>;

/** The first and the last step of a range. */
export type StepRange = readonly [from: number, to: number];

/** One row per step that any of the series has; bounds of its points are `low:` and `high:`. */
export function rowsOf(series: SeriesByKey, specs: readonly LineSpec[]): Row[] {
  const rows = new Map<number, Row>();
  for (const { key } of specs) {
    const { steps = [], values = [], low, high } = series[key] ?? {};
    for (const [i, step] of steps.entries()) {
      const row: Row = rows.get(step) ?? { step };
      row[key] = values[i];
      if (low && high) {
        row[`low:${key}`] = low[i];
        row[`high:${key}`] = high[i];
      }
      rows.set(step, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

/** Changes when any of the series has new points, and only then. */
export function signature(series: SeriesByKey | undefined, specs: readonly LineSpec[]): string {
  return specs.map(({ key }) => `${series?.[key]?.steps.length ?? 0}:${series?.[key]?.steps.at(-1) ?? ''}`).join();
}

/** Whether a line is smoothed: not infrequent measurements, and not values before smoothing. */
const smoothable = ({ dots, faint }: LineSpec): boolean => !dots && faint !== 'raw';

/**
 * Lines as moving averages, each with its values before smoothing faintly behind it. Bounds of joined points would
 * hide the average and are left out; a band over seeds is smoothed with its line.
 *
 * @param weight of the past, from 0 (unchanged) to below 1
 */
export function smoothed(
  series: SeriesByKey,
  lines: readonly LineSpec[],
  weight: number,
): { series: SeriesByKey; lines: readonly LineSpec[] } {
  if (weight === 0) return { series, lines };
  const next: Record<string, Series> = {};
  const raw: LineSpec[] = [];
  for (const line of lines) {
    const one = series[line.key];
    if (!one) continue;
    const { steps, values, low, high } = one;
    if (!smoothable(line)) {
      next[line.key] = one;
      continue;
    }
    next[line.key] = {
      steps,
      values: smooth(values, weight),
      ...(line.band === 'area' && low && high && { low: smooth(low, weight), high: smooth(high, weight) }),
    };
    if (line.faint) continue;
    next[`raw:${line.key}`] = { steps, values };
    raw.push({ ...line, key: `raw:${line.key}`, band: 'edges', faint: 'raw' });
  }
  return { series: next, lines: [...raw, ...lines] };
}

/** A value of a row; on a logarithmic axis only if it is positive. */
export const valueOf = (key: string, logarithmic: boolean) => (row: Row) => {
  const value = row[key];
  return logarithmic && !((value ?? 0) > 0) ? undefined : value;
};

/** Rows inside a range of steps; all without one. */
export const rowsInside = <R extends { step: number }>(
  rows: readonly R[],
  range: StepRange | undefined,
): readonly R[] => (range ? rows.filter(({ step }) => step >= range[0] && step <= range[1]) : rows);

/** The values that an axis must show: all lines, and bands drawn as areas. */
export function extentOfRows(rows: readonly Row[], lines: readonly LineSpec[]): Extent {
  const keys = lines.flatMap(({ key, band }) => (band === 'area' ? [key, `low:${key}`, `high:${key}`] : [key]));
  return extentOf(rows.flatMap((row) => keys.map((key) => row[key])));
}

/** The steps of an axis: the range that is shown, else all steps of the run and of the rows. */
export function stepsShown(
  rows: readonly { step: number }[],
  steps: number | undefined,
  range: StepRange | undefined,
): StepRange {
  if (range) return range;
  const [first, last] = [rows[0]?.step ?? 0, rows.at(-1)?.step ?? 0];
  return steps === undefined ? [first, last] : [0, Math.max(steps, last)];
}
