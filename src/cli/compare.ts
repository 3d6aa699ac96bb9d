/**
 * `compare`: arms (strategies, and values of config fields) x seeds on one recipe as one job.
 *
 * DIR gets sweep.json, runs/NAME/{config.json, metrics.jsonl} for every complete run, and for all runs together
 * summary.json, table.md, table.tex, table.csv, runs.csv and curves/*.svg and *.csv. Restarted with the same sweep and
 * DIR, it makes only the missing runs. Several processes share the work by claims on runs (sweep-folder.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { armDifferences } from '../compare/arm-differences.ts';
import { curvePlot } from '../compare/plot.ts';
import { armsOf, countRuns, parseSweep, type Sweep, type SweepRun } from '../compare/sweep.ts';
import { curvesOf, summarize } from '../compare/summary.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import { curvesCsv, runsCsv, tableCsv, tableLatex, tableMarkdown, trialsMarkdown } from '../compare/table.ts';
import { confirmed, trialsOf } from '../compare/tuning.ts';
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { SWEEP_CURVES } from '../compare/sweep-view.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { percent } from '../run/metrics/units.ts';
import { runSweep, type SweepQueue } from '../session/sweep.ts';
import { checkPositionals, optionalNumber, readArguments, required, type Arguments } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, readText, writeWhole } from './files.ts';
import { openNodeGpu } from './node-gpu.ts';
import { SweepFolder } from './sweep-folder.ts';

const MOST_WORKERS = 64;

export async function compare(args: string[]): Promise<void> {
  const given = readArguments('compare', args, ['output', 'data', 'workers'], ['join']);
  checkPositionals(given, 'compare', 1);
  const path = given.positionals[0];
  if (path === undefined) throw inputError('compare', 'expected a sweep, for example configs/sweep-addition.json');
  const output = required(given, 'compare', 'output');
  const workers = optionalNumber(given, 'compare', 'workers', 1, { integer: true, min: 1, max: MOST_WORKERS });
  const sweep = parseSweep(parseJsonText(await readText(path), path), path);
  const folder = await SweepFolder.open(sweep, output, path);
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
    const job = { given, path, sweep, folder, workers, signal: interrupt.signal };
    if (given.values['join'] === true) return await makeRuns(job);
    await folder.releaseDead();
    if (workers > 1) await shareRuns(job);
    else await makeRuns(job);
    await writeSummary(sweep, await folder.results(), output);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

interface Job {
  given: Arguments;
  path: string;
  sweep: Sweep;
  folder: SweepFolder;
  workers: number;
  signal: AbortSignal;
}

/** Makes runs until none is left. */
async function makeRuns({ given, path, sweep, folder, workers, signal }: Job): Promise<void> {
  if ((await folder.results()).length === countRuns(sweep)) return;
  const { gpu, tuner } = await openNodeGpu();
  const opened = new Map<string, Promise<ModelCheckpoint>>();
  const checkpoint = (name: string) => {
    const found = opened.get(name) ?? loadCheckpoint(name);
    opened.set(name, found);
    return found;
  };
  const total = countRuns(sweep);
  let started = 0;
  const took: number[] = [];
  const queue: SweepQueue = {
    next: (stop, without) => folder.next(stop, without),
    release: (run) => folder.release(run),
    complete: async (run, records) => {
      await folder.complete(run, records);
      took.push(performance.now() - started);
      const left = total - (await folder.results()).length;
      console.log(`  ${run.config.name}: ${endOf(records)}${left > 0 ? `; ${timeLeft(took, left, workers)}` : ''}`);
    },
  };
  const onRun = ({ config }: SweepRun) => {
    started = performance.now();
    console.log(`run: ${config.name}`);
  };
  try {
    await runSweep({ gpu, tuner, checkpoint, sources: cliSources(given, path) }, queue, { signal, onRun });
  } finally {
    gpu.destroy();
  }
}

/** By the mean time of the runs that this process made, as if others took as long. */
function timeLeft(took: readonly number[], runs: number, workers: number): string {
  const minutes = (took.reduce((sum, ms) => sum + ms, 0) / took.length / 60_000) * Math.ceil(runs / workers);
  const time = minutes < 1 ? 'less than 1 min' : `about ${Math.round(minutes)} min`;
  return `${runs} run${runs === 1 ? '' : 's'} left, ${time}`;
}

/** Has the runs made by processes of their own. @throws StudioError when one of them failed and runs are missing */
async function shareRuns({ given, path, sweep, folder, workers, signal }: Job): Promise<void> {
  const data = given.values['data'];
  const args = [
    ...process.execArgv,
    ...process.argv.slice(1, 2),
    ...['compare', path, '--output', String(given.values['output']), '--join', '--workers', String(workers)],
    ...(typeof data === 'string' ? ['--data', data] : []),
  ];
  const children: ChildProcess[] = [];
  const onAbort = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  signal.addEventListener('abort', onAbort);
  const ends = Array.from({ length: Math.min(workers, countRuns(sweep)) }, () => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    children.push(child);
    return new Promise<number>((resolve) => {
      child.on('error', () => resolve(1)).on('exit', (code) => resolve(code ?? 1));
    });
  });
  // A process that died leaves its claim, for which the others would wait.
  for (const end of ends) void end.then((code) => (code === 0 ? undefined : folder.releaseDead()));
  const failed = (await Promise.all(ends)).filter((code) => code !== 0).length;
  signal.removeEventListener('abort', onAbort);
  signal.throwIfAborted();
  const left = countRuns(sweep) - (await folder.results()).length;
  if (left > 0)
    throw new StudioError(
      'input',
      `${failed} of ${ends.length} worker processes failed; ${left} runs are missing.`,
      'Their messages are above. Run the same command again to make the remaining runs.',
    );
}

function endOf({ records, error }: RunRecords): string {
  const last = records.findLast(({ phase }) => phase === 'evaluation')?.metrics;
  const shown = (name: MetricName) => `${metricOf(name).short} ${formatMetric(name, last?.[name] ?? NaN)}`;
  const accuracy = last ? `${shown('accuracy/sampled')}, ${shown('accuracy/greedy')}` : 'no evaluation';
  return error === undefined ? accuracy : `failed (${error}) at ${accuracy}`;
}

async function writeSummary(sweep: Sweep, all: readonly RunRecords[], output: string): Promise<void> {
  const labels = armsOf(sweep).map(({ label }) => label);
  const runs = confirmed(sweep, all);
  const summary = summarize(labels, runs, sweep);
  const trials = trialsOf(sweep, all);
  const parts = [tableMarkdown(summary), armDifferences(sweep), ...(trials.length > 0 ? [trialsMarkdown(trials)] : [])];
  const table = parts.filter(Boolean).join('\n\n');
  await writeWhole(join(output, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  await writeWhole(join(output, 'table.md'), `${table}\n`);
  await writeWhole(join(output, 'table.tex'), tableLatex(summary));
  await writeWhole(join(output, 'table.csv'), tableCsv(summary));
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
