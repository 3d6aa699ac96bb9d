/** A chart of lines in words: its text alternative. */
import { formatValue, type Unit } from '../../run/metrics/units.ts';
import type { LineSpec, Row } from './lines.ts';

interface SummarizedChart {
  rows: readonly Row[];
  lines: readonly LineSpec[];
  unit: Unit;
  /** What the lines are over. */
  along: string;
}

/**
 * One sentence per line: its first and newest value, and the lowest and the highest with their places. Where points
 * join several values, the lowest and the highest are of the values.
 *
 * @param rows as they are drawn
 */
export function chartSummary({ rows, lines, unit, along }: SummarizedChart): string {
  const shown = lines.filter(({ faint }) => faint !== 'raw');
  const [first, last] = [rows[0]?.step, rows.at(-1)?.step];
  if (first === undefined || last === undefined) return 'No values.';
  const places = first === last ? `${along} ${first}` : `${along} ${first} to ${last}`;
  const sentences = shown.map((line) => lineSummary(line, rows, unit, along)).filter(Boolean);
  return `${shown.length} ${shown.length === 1 ? 'line' : 'lines'}, ${places}. ${sentences.join(' ')}`;
}

function lineSummary({ key, title }: LineSpec, rows: readonly Row[], unit: Unit, along: string): string {
  const points = rows.flatMap((row) => {
    const value = row[key];
    if (value === undefined || !Number.isFinite(value)) return [];
    return [{ step: row.step, value, low: row[`low:${key}`] ?? value, high: row[`high:${key}`] ?? value }];
  });
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return '';
  if (points.length === 1) return `${title}: ${formatValue(unit, first.value)}.`;
  const lowest = points.reduce((best, point) => (point.low < best.low ? point : best));
  const highest = points.reduce((best, point) => (point.high > best.high ? point : best));
  return (
    `${title}: from ${formatValue(unit, first.value)} to ${formatValue(unit, last.value)}, ` +
    `lowest ${formatValue(unit, lowest.low)} at ${along} ${lowest.step}, ` +
    `highest ${formatValue(unit, highest.high)} at ${along} ${highest.step}.`
  );
}

/** The steps that the drawn point of a step joins, `steps 9951 to 10000`; on another axis, the place of the point. */
export function stepsOfPoint(rows: readonly Row[], step: number, along: string): string {
  if (along !== 'step') return `${along} ${step}`;
  const at = rows.findIndex((row) => row.step === step);
  const before = rows[at - 1]?.step;
  const joined = at >= 0 && Object.keys(rows[at] ?? {}).some((key) => key.startsWith('low:'));
  if (!joined || before === undefined || before + 1 >= step) return `${along} ${step}`;
  return `${along}s ${before + 1} to ${step}`;
}
