/**
 * `compare`: strategies x seeds on one recipe as one job.
 *
 * DIR gets sweep.json, runs/NAME/{config.json, metrics.jsonl} for every complete run, and for all runs together
 * summary.json, table.md, runs.csv and curves/*.svg and *.csv. Restarted with the same sweep and DIR, it runs only the
 * missing runs.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curvePlot } from '../compare/plot.ts';
import { parseSweep, runsOf, type Sweep, type SweepRun } from '../compare/sweep.ts';
import { curvesOf, summarize, type RunRecords } from '../compare/summary.ts';
import { curvesCsv, runsCsv, tableMarkdown } from '../compare/table.ts';
import { inputError, StudioError } from '../errors.ts';
import { SWEEP_CURVES } from '../compare/sweep-view.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { percent } from '../run/metrics/units.ts';
import type { StepRecord } from '../run/step-record.ts';
import { runSweep } from '../session/sweep.ts';
import { checkPositionals, readArguments, required } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, parseJson, readText, writeWhole } from './files.ts';
import { openNodeGpu } from './node-gpu.ts';

export async function compare(args: string[]): Promise<void> {
  const given = readArguments('compare', args, ['output', 'data']);
  checkPositionals(given, 'compare', 1);
  const path = given.positionals[0];
  if (path === undefined) throw inputError('compare', 'expected a sweep, for example configs/sweep-addition.json');
  const output = required(given, 'compare', 'output');
  const sweep = parseSweep(parseJson(await readText(path), path), path);
  const checkpoint = 'checkpoint' in sweep.base.model ? await loadCheckpoint(sweep.base.model.checkpoint) : undefined;
  const done = await runsDone(sweep, output, path);
  const { gpu, tuner } = await openNodeGpu();
  const interrupt = new AbortController();
  const onSignal = () =>
    interrupt.abort(
      new StudioError(
        'cancelled',
        'Interrupted.',
        'Complete runs are saved; run the same command again to make the remaining ones.',
      ),
    );
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    await writeWhole(join(output, 'sweep.json'), `${JSON.stringify(sweep, null, 2)}\n`);
    const runs = await runSweep(
      { gpu, tuner, sweep, checkpoint, sources: cliSources(given, path) },
      {
        done,
        signal: interrupt.signal,
        onRun: ({ config }, number, total) => console.log(`run ${number} of ${total}: ${config.name}`),
        onRunEnd: async (run, records) => {
          await writeRun(output, run, records);
          console.log(`  ${endOf(records)}`);
        },
      },
    );
    await writeSummary(sweep, runs, output);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    gpu.destroy();
  }
}

const folderOf = (output: string, { label, seed }: Pick<SweepRun, 'label' | 'seed'>) =>
  join(output, 'runs', `${label.replace(/[^\w.-]+/g, '-')}-seed-${seed}`);

/** Complete runs of the same sweep. @throws StudioError `input` when DIR holds another sweep */
async function runsDone(sweep: Sweep, output: string, path: string): Promise<RunRecords[]> {
  await mkdir(output, { recursive: true }).catch(() => {
    throw inputError(output, 'expected a folder for the sweep, found a file');
  });
  const before = await readFile(join(output, 'sweep.json'), 'utf8').catch(() => undefined);
  if (before === undefined) return [];
  if (JSON.stringify(parseSweep(JSON.parse(before), join(output, 'sweep.json'))) !== JSON.stringify(sweep))
    throw inputError(output, `contains a different sweep than ${path}; choose another --output`);
  const runs = runsOf(sweep).map(async (run): Promise<RunRecords[]> => {
    const folder = folderOf(output, run);
    const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => undefined);
    if (text === undefined) return [];
    const error = await readFile(join(folder, 'error.txt'), 'utf8').catch(() => undefined);
    return [
      {
        label: run.label,
        seed: run.seed,
        records: text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as StepRecord),
        ...(error !== undefined && { error: error.trim() }),
      },
    ];
  });
  return (await Promise.all(runs)).flat();
}

async function writeRun(output: string, run: SweepRun, { records, error }: RunRecords): Promise<void> {
  const folder = folderOf(output, run);
  await writeWhole(join(folder, 'config.json'), `${JSON.stringify(run.config, null, 2)}\n`);
  if (error !== undefined) await writeWhole(join(folder, 'error.txt'), `${error}\n`);
  // Written last: it marks the run as complete.
  await writeWhole(join(folder, 'metrics.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function endOf({ records, error }: RunRecords): string {
  const last = records.findLast(({ phase }) => phase === 'evaluation')?.metrics;
  const shown = (name: MetricName) => `${metricOf(name).short} ${formatMetric(name, last?.[name] ?? NaN)}`;
  const accuracy = last ? `${shown('accuracy/sampled')}, ${shown('accuracy/greedy')}` : 'no evaluation';
  return error === undefined ? accuracy : `failed (${error}) at ${accuracy}`;
}

async function writeSummary(sweep: Sweep, runs: readonly RunRecords[], output: string): Promise<void> {
  const labels = sweep.strategies.map(({ label }) => label);
  const summary = summarize(labels, runs, sweep.baseline, sweep.confidence);
  const table = tableMarkdown(summary);
  await writeWhole(join(output, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeWhole(join(output, 'table.md'), `${table}\n`);
  await writeWhole(join(output, 'runs.csv'), runsCsv(summary));
  for (const { phase, metric } of SWEEP_CURVES) {
    const curves = curvesOf(labels, runs, phase, metric, sweep.confidence);
    if (curves.length === 0) continue;
    const name = metric.replaceAll('/', '-');
    const seeds = sweep.seeds.length;
    const subtitle =
      seeds === 1
        ? 'one seed'
        : seeds < 3
          ? `mean of ${seeds} seeds, lowest to highest`
          : `mean of ${seeds} seeds, ${percent(sweep.confidence, 0)} interval of the mean`;
    await writeWhole(join(output, 'curves', `${name}.svg`), curvePlot(curves, { metric, subtitle }));
    await writeWhole(join(output, 'curves', `${name}.csv`), curvesCsv(curves));
  }
  console.log(`\n${table}\n`);
}
