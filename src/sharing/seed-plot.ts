/** The measure of every run of a sweep: one row per arm, a point per seed, the mean and its interval. */
import { escaped } from '../compare/plot.ts';
import type { SweepSummary } from '../compare/summary.ts';
import { measured } from '../compare/run-summary.ts';
import { MEASURES } from '../compare/sweep-view.ts';
import { metricOf } from '../run/metrics/lookup.ts';
import { niceDomain, ticks } from '../run/metrics/ticks.ts';
import { formatValue, unitOf } from '../run/metrics/units.ts';
import { lineColor } from './chart-figure.ts';
import { trusted, type Html } from './html.ts';

const WIDTH = 760;
const [LEFT, RIGHT, TOP, ROW] = [220, 24, 52, 30];
/** Characters of an arm's label. */
const MOST_LABEL = 34;

const MIDDLE = 'text-anchor="middle" fill="var(--dim)"';
const FIELDS = { sampled: 'sampled', greedy: 'greedy', pass_at_k: 'passAtK', area: 'area' } as const;

/** @returns nothing if no run has the measure */
export function seedPlot({ strategies, measure = 'sampled', confidence }: SweepSummary): Html[] {
  const { unit } = metricOf('accuracy/sampled');
  const rows = strategies.map((one) => ({
    label: one.label,
    interval: one[FIELDS[measure]],
    seeds: one.runs.flatMap((run) => {
      const value = measured(run, measure);
      return Number.isFinite(value) ? [{ seed: run.seed, value }] : [];
    }),
  }));
  const values = rows.flatMap(({ seeds, interval }) => [
    ...seeds.map(({ value }) => value),
    ...[interval?.low ?? NaN, interval?.high ?? NaN].filter(Number.isFinite),
  ]);
  if (values.length === 0) return [];
  const inRange = (value: number) => Math.min(1, Math.max(0, value));
  const [low, high] = niceDomain(inRange(Math.min(...values)), inRange(Math.max(...values)), 5);
  const x = (value: number) => LEFT + ((inRange(value) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + ROW * rows.length + 34;
  const text = (at: number, y: number, words: string, more: string) =>
    `<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escaped(words)}</text>`;
  const title = `Every seed: ${MEASURES[measure]}`;
  const level = `${Math.round(100 * confidence)} %`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    text(16, 22, title, 'font-size="15" font-weight="600" fill="var(--ink)"'),
    text(16, 40, `one point per seed; bar: mean, and its ${level} interval`, 'fill="var(--dim)"'),
    ...ticks(low, high, 5).map(
      (tick) =>
        `<line x1="${x(tick).toFixed(1)}" x2="${x(tick).toFixed(1)}" y1="${TOP}" y2="${height - 30}" ` +
        `stroke="var(--line)"/>${text(x(tick), height - 12, unitOf(unit).tick(tick), MIDDLE)}`,
    ),
  ];
  for (const [i, { label, interval, seeds }] of rows.entries()) {
    const [y, color] = [TOP + ROW * (i + 0.5), lineColor(i)];
    const short = label.length > MOST_LABEL ? `${label.slice(0, MOST_LABEL - 1)}…` : label;
    parts.push(text(LEFT - 12, y + 4, short, 'text-anchor="end" fill="var(--ink)"'));
    if (interval && Number.isFinite(interval.low))
      parts.push(
        `<line x1="${x(interval.low).toFixed(1)}" x2="${x(interval.high).toFixed(1)}" y1="${y}" y2="${y}" ` +
          `stroke="${color}" stroke-width="2"/>`,
      );
    if (interval && Number.isFinite(interval.mean)) {
      const at = x(interval.mean).toFixed(1);
      parts.push(`<line x1="${at}" x2="${at}" y1="${y - 9}" y2="${y + 9}" stroke="${color}" stroke-width="3"/>`);
    }
    for (const { seed, value } of seeds)
      parts.push(
        `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="4.5" fill="${color}" fill-opacity="0.55" ` +
          `stroke="${color}"><title>seed ${seed}: ${escaped(formatValue(unit, value))}</title></circle>`,
      );
  }
  return [trusted(`<figure id="chart-seeds">${parts.join('\n')}\n</svg></figure>\n`)];
}
