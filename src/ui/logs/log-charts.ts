/** What the charts of metric logs draw: own runs and logs, one metric per chart. */
import { bounded, byShare, placesOf, type Along } from '../../logs/drawn-series.ts';
import type { MatchedSeries } from '../../logs/match.ts';
import { lastStep, logName, type LogSeries, type MetricLog } from '../../logs/metric-log.ts';
import { NAME_RULES } from '../../logs/metric-names.ts';
import { seriesKey } from '../../run/metrics/lookup.ts';
import type { Phase } from '../../run/step-record.ts';
import type { Series } from '../../run/series.ts';
import type { OverlaidRun } from '../charts/overlaid-lines.ts';
import type { LineSpec, SeriesByKey } from '../charts/lines.ts';
import { seriesColor } from '../palette.ts';

/** What the axis of percent is over, in tooltips and exports. */
export const SHARE_AXIS = 'percent of the run';

export interface DrawnLog {
  id: number;
  log: MetricLog;
  matched: readonly MatchedSeries[];
  others: readonly LogSeries[];
  label: string;
  color: string;
}

/** Logs with labels that are distinct, and the colours after those of the own runs. */
export function withLabels<L extends { log: MetricLog }>(
  logs: readonly L[],
  ownRuns: number,
): (L & { label: string; color: string })[] {
  const taken = new Map<string, number>();
  return logs.map((one, i) => {
    const name = logName(one.log);
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return { ...one, label: count > 1 ? `${name} (${count})` : name, color: seriesColor(ownRuns + i) };
  });
}

/** Last step of a run in the stage that a phase belongs to. */
function lastOfRun(series: OverlaidRun['series'], phase: Phase): number {
  const last = (stage: Phase) =>
    Object.entries(series).reduce(
      (most, [key, { steps }]) => (key.startsWith(`${stage}/`) ? Math.max(most, steps.at(-1) ?? 0) : most),
      0,
    );
  if (phase === 'sft') return last('sft');
  return last('rl') || last('sft');
}

const drawnLine = (series: LogSeries, last: number, along: Along, places?: number): Series =>
  along === 'share' ? byShare(series, last, places) : bounded(series);

/** Places that the lines of a chart share; evaluations are few, and stay where they are. */
function placesIn(own: readonly OverlaidRun[], matches: readonly MatchedSeries[], ours: MatchedSeries['ours']) {
  if (ours.phase === 'evaluation') return undefined;
  const key = seriesKey(ours);
  return placesOf([
    ...own.flatMap(({ series }) => series[key]?.steps.length ?? []),
    ...matches.flatMap((match) => (seriesKey(match.ours) === key ? match.series.steps.length : [])),
  ]);
}

/** One chart per metric that a log has, with the own runs that have it. */
export interface OverlayChart {
  chart: MatchedSeries['ours'];
  drawn: OverlaidRun[];
}

export function overlayCharts(own: readonly OverlaidRun[], logs: readonly DrawnLog[], along: Along): OverlayChart[] {
  const charts = new Map<string, OverlayChart>();
  // In the order of the table of names, whatever the order of the logs.
  const matches = logs
    .flatMap((log) => log.matched.map((match) => ({ log, match })))
    .sort((a, b) => NAME_RULES.indexOf(a.match.rule) - NAME_RULES.indexOf(b.match.rule));
  const all = matches.map(({ match }) => match);
  for (const { log, match } of matches) {
    const key = seriesKey(match.ours);
    const places = placesIn(own, all, match.ours);
    let chart = charts.get(key);
    if (!chart) {
      chart = { chart: match.ours, drawn: own.flatMap((run) => ownLine(run, match.ours.phase, key, along, places)) };
      charts.set(key, chart);
    }
    const several = log.matched.filter(({ ours }) => seriesKey(ours) === key).length > 1;
    chart.drawn.push({
      id: `log ${log.id}: ${match.series.name}`,
      label: several ? `${log.label}, ${match.series.name}` : log.label,
      color: log.color,
      series: { [key]: drawnLine(match.series, lastStep(log.log), along, places) },
      foreign: true,
    });
  }
  return [...charts.values()];
}

function ownLine(run: OverlaidRun, phase: Phase, key: string, along: Along, places?: number): OverlaidRun[] {
  const series = run.series[key];
  if (!series || series.steps.length === 0) return [];
  const drawn = along === 'share' ? byShare(series, lastOfRun(run.series, phase), places) : series;
  return [{ ...run, series: { [key]: drawn } }];
}

/** A metric that the studio does not have, of all logs that do. */
export function aloneLines(
  name: string,
  logs: readonly DrawnLog[],
  along: Along,
): { series: SeriesByKey; lines: LineSpec[] } {
  const having = logs.flatMap((log) => {
    const series = log.others.find((one) => one.name === name);
    return series ? [{ log, series }] : [];
  });
  return {
    series: Object.fromEntries(
      having.map(({ log, series }) => [`log ${log.id}`, drawnLine(series, lastStep(log.log), along)]),
    ),
    lines: having.map(({ log }) => ({ key: `log ${log.id}`, title: log.label, color: log.color, foreign: true })),
  };
}

/** Names of the logs' other metrics, each once. */
export const otherNames = (logs: readonly Pick<DrawnLog, 'others'>[]): string[] =>
  [...new Set(logs.flatMap(({ others }) => others.map(({ name }) => name)))].sort();
