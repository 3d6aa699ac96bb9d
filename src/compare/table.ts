/** A sweep's summary as text. */
import type { Interval } from './intervals.ts';
import type { Curve, StrategySummary, SweepSummary } from './summary.ts';

const percent = (value: number) => (Number.isFinite(value) ? (100 * value).toFixed(1) : '-');
const withInterval = ({ mean, low, high }: Interval) =>
  Number.isFinite(low) ? `${percent(mean)} [${percent(low)}, ${percent(high)}]` : percent(mean);
const signed = (value: number) => `${value > 0 ? '+' : ''}${percent(value)}`;

/** The verdict on the difference to the baseline, in words. */
export function verdictText({ difference }: StrategySummary): string {
  if (!difference) return 'baseline';
  const { interval, verdict } = difference;
  const figures = Number.isFinite(interval.low)
    ? `${signed(interval.mean)} [${signed(interval.low)}, ${signed(interval.high)}]`
    : signed(interval.mean);
  return `${figures}: ${verdict}`;
}

export function tableMarkdown(summary: SweepSummary): string {
  const level = `${(summary.confidence * 100).toFixed(0)} %`;
  const head = [
    'strategy',
    'seeds',
    `held-out accuracy, sampled, %: mean [${level}]`,
    'greedy, %',
    'mean over the run, %',
    'entropy at the end, nats',
    'clipped low / high, %',
    'gradient kept from clipping, %',
    'collapsed',
    `difference to ${summary.baseline}, points`,
  ];
  const rows = summary.strategies.map((one) => [
    one.label,
    String(one.runs.length),
    withInterval(one.sampled),
    percent(one.greedy.mean),
    percent(one.area.mean),
    one.entropy.mean.toFixed(3),
    `${percent(one.clippedLow.mean)} / ${percent(one.clippedHigh.mean)}`,
    percent(one.preservedShare.mean),
    `${one.collapsed} of ${one.runs.length}`,
    verdictText(one),
  ]);
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** A field quoted according to RFC 4180. */
export function csvField(value: string | number): string {
  const text = typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csv = (rows: readonly (readonly (string | number)[])[]) =>
  `${rows.map((row) => row.map(csvField).join(',')).join('\n')}\n`;

/** One line per run: every figure of the table before averaging. */
export function runsCsv({ strategies }: SweepSummary): string {
  const head = [
    'strategy',
    'seed',
    'accuracy_sampled',
    'accuracy_greedy',
    'accuracy_sampled_start',
    'accuracy_sampled_mean_over_run',
    'entropy_end',
    'clip_low',
    'clip_high',
    'pg_clipfrac',
    'preserved_share',
    'collapsed',
  ];
  const rows = strategies.flatMap(({ label, runs }) =>
    runs.map((run) => [
      label,
      run.seed,
      run.sampled,
      run.greedy,
      run.startSampled,
      run.area,
      run.entropy,
      run.clippedLow,
      run.clippedHigh,
      run.clipFraction,
      run.preservedShare,
      run.collapsed ?? '',
    ]),
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
