/** A sweep's summary as text. */
import { NO_VALUE, type Interval } from './intervals.ts';
import type { Trial } from './tuning.ts';
import { percent } from '../run/metrics/units.ts';
import type { Curve, StrategySummary, SweepSummary } from './summary.ts';
import { columnHead, columnNumber, MEASURES, SUMMARY_COLUMNS, tableColumns, type TableColumn } from './sweep-view.ts';

/** A difference of accuracies, in points. */
const signed = (value: number) => `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)}`;

function cell(column: TableColumn, { mean, low, high }: Interval = NO_VALUE): string {
  const number = (value: number) => columnNumber(column, value);
  return column.table === 'interval' && Number.isFinite(low)
    ? `${number(mean)} [${number(low)}, ${number(high)}]`
    : number(mean);
}

/** The verdict on the difference to the baseline, in words. */
export function verdictText({ difference }: StrategySummary): string {
  if (!difference) return 'baseline';
  const { interval, verdict } = difference;
  const figures = Number.isFinite(interval.low)
    ? `${signed(interval.mean)} [${signed(interval.low)}, ${signed(interval.high)}]`
    : signed(interval.mean);
  return `${figures}: ${verdict}`;
}

/** Holm's adjusted probability: `0.013`, `< 0.001`. */
export const probability = (p: number | undefined): string =>
  p === undefined || Number.isNaN(p) ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3);

/** Effect sizes and least detectable differences, which are empty without a spread. */
const decimals = (value: number | undefined, digits: number): string =>
  value === undefined || !Number.isFinite(value) ? '' : value.toFixed(digits);

export const effectText = ({ difference }: Pick<StrategySummary, 'difference'>): string =>
  decimals(difference?.effect, 2);

/** The least difference that the design could have seen, in points. */
export const detectablePoints = ({ difference }: Pick<StrategySummary, 'difference'>): string =>
  difference?.detectable === undefined ? '' : decimals(100 * difference.detectable, 1);

/** A table of texts: its head and a row per arm. */
export function summaryTable(summary: SweepSummary): { head: string[]; rows: string[][] } {
  const level = percent(summary.confidence, 0);
  const measure = MEASURES[summary.measure ?? 'sampled'];
  const columns = tableColumns(summary);
  return {
    head: [
      'arm',
      'seeds',
      ...columns.map((column) =>
        column.table === 'interval' ? `${columnHead(column)}: mean [${level}]` : columnHead(column),
      ),
      'collapsed',
      `difference to ${summary.baseline} in ${measure}, points`,
      'p (Holm)',
      'effect size',
      'least detectable, points',
    ],
    rows: summary.strategies.map((one) => [
      one.label,
      String(one.runs.length),
      ...columns.map((column) => cell(column, one[column.field])),
      `${one.collapsed} of ${one.runs.length}`,
      verdictText(one),
      probability(one.difference?.p),
      effectText(one),
      detectablePoints(one),
    ]),
  };
}

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

export function tableMarkdown(summary: SweepSummary): string {
  const { head, rows } = summaryTable(summary);
  return markdown(head, rows);
}

/** What tuning tried for each arm, all trials and the chosen ones. */
export function trialsMarkdown(trials: readonly Trial[]): string {
  const rows = trials.map(({ arm, variant, score, seeds, chosen }) => [
    arm,
    variant.label,
    String(seeds),
    Number.isFinite(score) ? (100 * score).toFixed(1) : 'failed',
    chosen ? 'chosen' : '',
  ]);
  return `Tuning, mean over its seeds:\n\n${markdown(['arm', 'values', 'seeds', 'score, %', ''], rows)}`;
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
};
const latexText = (text: string): string =>
  text.replace(/[\\~^<>]|[&%$#_{}]/g, (character) => LATEX[character] ?? `\\${character}`);

/** For the LaTeX package booktabs. */
export function tableLatex(summary: SweepSummary): string {
  const { head, rows } = summaryTable(summary);
  const line = (cells: readonly string[]) => `${cells.map(latexText).join(' & ')} \\\\`;
  return [
    `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
    '\\toprule',
    line(head),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n');
}

/** As tables for people show it. */
export function tableCsv(summary: SweepSummary): string {
  const { head, rows } = summaryTable(summary);
  return csv([head, ...rows]);
}

/** A field quoted according to RFC 4180. */
export function csvField(value: string | number): string {
  const text = typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of fields as CSV; numbers that are not finite are empty. */
export const csv = (rows: readonly (readonly (string | number)[])[]) =>
  `${rows.map((row) => row.map(csvField).join(',')).join('\n')}\n`;

/** One line per run: every figure of the table before averaging. */
export function runsCsv({ strategies }: SweepSummary): string {
  const head = ['strategy', 'seed', ...SUMMARY_COLUMNS.map((column) => column.csv), 'collapsed'];
  const rows = strategies.flatMap(({ label, runs }) =>
    runs.map((run) => [label, run.seed, ...SUMMARY_COLUMNS.map(({ field }) => run[field]), run.collapsed ?? '']),
  );
  return csv([head, ...rows]);
}

/** One line per strategy and step. */
export function curvesCsv(curves: readonly Curve[]): string {
  const rows = curves.flatMap(({ label, steps, mean, low, high }) =>
    steps.map((step, i) => [label, step, mean[i] ?? NaN, low[i] ?? NaN, high[i] ?? NaN]),
  );
  return csv([['strategy', 'step', 'mean', 'low', 'high'], ...rows]);
}

/** A chart as a table: a row per step, a column per line. */
export function linesCsv(
  lines: readonly { label: string; steps: readonly number[]; values: readonly number[] }[],
  along = 'step',
): string {
  const byStep = lines.map(({ steps, values }) => new Map(steps.map((step, i) => [step, values[i] ?? NaN])));
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  return csv([
    [along, ...lines.map(({ label }) => label)],
    ...steps.map((step) => [step, ...byStep.map((values) => values.get(step) ?? NaN)]),
  ]);
}
