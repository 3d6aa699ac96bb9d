/** The report of a sweep as one HTML file: arms with intervals, curves with their spread, and every seed's point. */
import { armDifferences } from '../compare/arm-differences.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import { curvesOf, summarize, type Curve, type SweepSummary } from '../compare/summary.ts';
import { armsOf, countRuns, type Sweep } from '../compare/sweep.ts';
import { MEASURES, SWEEP_CURVES } from '../compare/sweep-view.ts';
import { runsCsv, summaryTable } from '../compare/table.ts';
import { confirmed, trialsOf } from '../compare/tuning.ts';
import type { PlotLine } from '../compare/plot.ts';
import { metricOf } from '../run/metrics/lookup.ts';
import { percent } from '../run/metrics/units.ts';
import { fileNameOf, taskTitle } from '../run/run-name.ts';
import { MAX_SERIES_POINTS } from '../run/series.ts';
import type { StepRecord } from '../run/step-record.ts';
import { chartFigure } from './chart-figure.ts';
import { embeddedFile, factList, markup, section, table, type Html } from './html.ts';
import { page } from './page.ts';
import {
  dateText,
  NOT_RECORDED,
  places,
  requirements,
  SAME_METRICS,
  shellWord,
  type Fact,
  type RunPlace,
} from './run-facts.ts';
import { chartSection } from './run-page.ts';
import { seedPlot } from './seed-plot.ts';

export interface ReportedSweep {
  sweep: Sweep;
  /** Those that are complete or failed, of both stages of a sweep that tunes. */
  runs: readonly RunRecords[];
  /** Of its first run, milliseconds since 1970. */
  started?: number;
  /** Of its runs. */
  places: readonly RunPlace[];
}

const SWEEP_FILE = 'sweep.json';
/** Seeds up to which each has a line of its own behind the mean. */
const MOST_SEED_LINES = 8;

export function sweepPage({ sweep, runs, started, places: made }: ReportedSweep): string {
  const labels = armsOf(sweep).map(({ label }) => label);
  const compared = confirmed(sweep, runs);
  const summary = summarize(labels, compared, sweep);
  const { head, rows } = summaryTable(summary);
  const json = `${JSON.stringify(sweep, null, 2)}\n`;
  const differ = armDifferences(sweep);
  return page(`${sweep.name}: report`, [
    markup`<header><h1>${sweep.name}</h1><p class="aside">${labels.length} arms, seeds ${sweep.seeds.join(', ')},
${taskTitle(sweep.base.task)}; ${runs.length} of ${countRuns(sweep)} runs made</p></header>\n`,
    section(
      'Result',
      markup`${verdicts(summary).map((text) => markup`<p>${text}</p>`)}\n`,
      table(head, rows),
      differ === '' ? undefined : markup`<p class="aside">${differ}</p>\n`,
    ),
    chartSection([...seedPlot(summary), ...curves(sweep, labels, compared)]),
    section('Runs', runTable(summary), markup`<p>${embeddedFile('runs.csv', runsCsv(summary))}</p>\n`),
    tuningSection(sweep, runs),
    section(
      'How to reproduce',
      markup`<p>Save ${embeddedFile(SWEEP_FILE, json)} in the folder of the studio, and run:</p>
<pre>npm run --silent cli -- compare ${SWEEP_FILE} --output ${shellWord(`sweeps/${fileNameOf(sweep.name)}`)}</pre>
<p>${SAME_METRICS}</p>${requirements(sweep.base).map((text) => markup`<p>${text}</p>`)}\n`,
    ),
    section('Environment', factList([startFact(started), ...places(made)])),
    section('Sweep', markup`<pre>${json}</pre>\n`),
  ]);
}

const startFact = (started: number | undefined): Fact => [
  'Started',
  started === undefined ? NOT_RECORDED : dateText(started),
];

/** What the intervals show, and no more: only verdicts of the corrected tests name an arm as better or worse. */
export function verdicts({ strategies, baseline, measure = 'sampled', confidence }: SweepSummary): string[] {
  const others = strategies.filter(({ difference }) => difference);
  const named = (verdict: 'better' | 'worse') =>
    others.flatMap(({ label, difference }) => (difference?.verdict === verdict ? [label] : []));
  const level = percent(confidence, 0);
  const sentence = (verdict: 'better' | 'worse') => {
    const arms = named(verdict);
    if (arms.length === 0) return [];
    return [
      `${verdict === 'better' ? 'Better' : 'Worse'} than ${baseline} in ${MEASURES[measure]}: ${arms.join(', ')} ` +
        `(${level} intervals of the paired differences, Holm-corrected, exclude 0).`,
    ];
  };
  const shown = [...sentence('better'), ...sentence('worse')];
  const few = others.filter(({ difference }) => difference?.verdict === 'too few seeds').length;
  return [
    ...shown,
    ...(shown.length === 0 && others.length > 0
      ? [`No difference to ${baseline} in ${MEASURES[measure]} is shown by these seeds; that does not show equality.`]
      : []),
    ...(few > 0 ? ['A verdict needs at least 3 seeds that two arms have in common.'] : []),
  ];
}

/**
 * Records of at most as many steps as the page draws. Steps are left out, not joined: an interval over seeds at one
 * step stays what it is.
 */
function thinned(runs: readonly RunRecords[], phase: StepRecord['phase']): { runs: RunRecords[]; every: number } {
  const own = runs.map((run) => ({ ...run, records: run.records.filter((record) => record.phase === phase) }));
  const longest = own.reduce((most, { records }) => Math.max(most, records.length), 0);
  const every = Math.ceil(longest / MAX_SERIES_POINTS);
  if (every <= 1) return { runs: own, every: 1 };
  const kept = own.map((run) => ({
    ...run,
    records: run.records.filter((_, i) => i % every === 0 || i === run.records.length - 1),
  }));
  return { runs: kept, every };
}

function curves(sweep: Sweep, labels: readonly string[], compared: readonly RunRecords[]): Html[] {
  const seeds = sweep.seeds.length;
  const spread =
    seeds === 1
      ? 'one seed'
      : seeds < 3
        ? `mean of ${seeds} seeds, lowest to highest`
        : `mean of ${seeds} seeds, ${percent(sweep.confidence, 0)} interval of the mean`;
  return SWEEP_CURVES.flatMap(({ phase, metric }) => {
    const { runs, every } = thinned(compared, phase);
    const { title, unit } = metricOf(metric);
    return chartFigure(
      curvesOf([...labels], runs, phase, metric, sweep.confidence).map((curve) => line(curve, labels)),
      {
        name: metric.replaceAll('/', '-'),
        title,
        subtitle: every > 1 ? `${spread}; every ${every}th step` : spread,
        unit,
      },
    );
  });
}

/** The mean of an arm with its spread; the colour is that of its place in the sweep, in every chart. */
function line({ label, steps, mean, low, high, bySeed }: Curve, labels: readonly string[]): PlotLine {
  return {
    label,
    steps,
    values: mean,
    color: `var(--series-${(labels.indexOf(label) % 8) + 1})`,
    ...(bySeed.length > 1 && { low, high, ...(bySeed.length <= MOST_SEED_LINES && { seeds: bySeed }) }),
  };
}

/** One row per run: what its strategy and seed gave. */
function runTable({ strategies }: SweepSummary): Html {
  const shown = (value: number) => (Number.isFinite(value) ? percent(value) : '–');
  return table(
    ['arm', 'seed', 'sampled, first', 'sampled, last', 'greedy, last', 'clipped', 'preserved', 'collapsed'],
    strategies.flatMap(({ label, runs }) =>
      runs.map((run) => [
        label,
        String(run.seed),
        shown(run.startSampled),
        shown(run.sampled),
        shown(run.greedy),
        shown(run.clipFraction),
        shown(run.preservedShare),
        run.collapsed ?? 'no',
      ]),
    ),
  );
}

function tuningSection(sweep: Sweep, runs: readonly RunRecords[]): Html {
  const trials = trialsOf(sweep, runs);
  if (trials.length === 0) return markup``;
  return section(
    'Tuning, mean over its seeds',
    table(
      ['arm', 'values', 'seeds', 'score', ''],
      trials.map(({ arm, variant, score, seeds, chosen }) => [
        arm,
        variant.label,
        String(seeds),
        Number.isFinite(score) ? percent(score) : 'failed',
        chosen ? 'chosen' : '',
      ]),
    ),
  );
}
