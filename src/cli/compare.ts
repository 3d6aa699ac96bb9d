/**
 * `compare`: arms (strategies, and values of config fields) x seeds on one recipe as one job.
 *
 * DIR gets sweep.json, runs/NAME/{config.json, run.json, metrics.jsonl} for every complete run, and for all runs
 * together summary.json, table.md, table.tex, table.csv, runs.csv and curves/*.svg and *.csv. Restarted with the same
 * sweep and DIR, it makes only the missing runs. Several processes share the work by claims on runs (sweep-folder.ts);
 * machines without a shared folder make shards, which are merged (merge-shards.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { parseShard, shardList } from '../compare/shard.ts';
import { parseSweep, type SweepRun } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import { runSweep, type SweepQueue } from '../session/sweep.ts';
import { checkPositionals, optionalNumber, readArguments, required, type Arguments } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, readText } from './files.ts';
import { mergeShards } from './merge-shards.ts';
import { openNodeGpu } from './node-gpu.ts';
import { environmentOf } from './run-environment.ts';
import { SweepFolder } from './sweep-folder.ts';
import { writeSummary } from './sweep-summary.ts';
import { DEAD_AFTER_SECONDS } from './work-claim.ts';

const MOST_WORKERS = 64;
const STRINGS = ['output', 'data', 'workers', 'shard', 'dead-after'];

export async function compare(args: string[]): Promise<void> {
  const given = readArguments('compare', args, STRINGS, ['join', 'merge']);
  const output = required(given, 'compare', 'output');
  if (given.values['merge'] === true) {
    const odd = STRINGS.find((name) => name !== 'output' && given.values[name] !== undefined);
    if (odd !== undefined || given.values['join'] === true)
      throw inputError('compare', `--merge makes no runs: expected no --${odd ?? 'join'} with it`);
    return mergeShards(given.positionals, output);
  }
  checkPositionals(given, 'compare', 1);
  const path = given.positionals[0];
  if (path === undefined) throw inputError('compare', 'expected a sweep, for example configs/sweep-addition.json');
  const workers = optionalNumber(given, 'compare', 'workers', 1, { integer: true, min: 1, max: MOST_WORKERS });
  const deadAfter = optionalNumber(given, 'compare', 'dead-after', DEAD_AFTER_SECONDS, { min: 1, max: 86_400 });
  const sweep = parseSweep(parseJsonText(await readText(path), path), path);
  const shard = given.values['shard'];
  const list = typeof shard === 'string' ? shardList(sweep, parseShard(shard, 'compare')) : undefined;
  const folder = await SweepFolder.open(sweep, output, path, { deadAfter, ...(list && { list }) });
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
    const job = { given, path, folder, workers, signal: interrupt.signal };
    if (given.values['join'] === true) return await makeRuns(job);
    await folder.releaseDead();
    if (workers > 1) await shareRuns(job);
    else await makeRuns(job);
    if (list) console.log(`shard ${String(shard)}: ${list.count} runs complete; --merge takes it with the others`);
    else await writeSummary(sweep, await folder.results(), output);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

interface Job {
  given: Arguments;
  path: string;
  folder: SweepFolder;
  workers: number;
  signal: AbortSignal;
}

/** Makes runs until none is left. */
async function makeRuns({ given, path, folder, workers, signal }: Job): Promise<void> {
  if ((await folder.results()).length === folder.count) return;
  const { gpu, tuner } = await openNodeGpu();
  const environment = await environmentOf(gpu);
  const opened = new Map<string, Promise<ModelCheckpoint>>();
  const checkpoint = (name: string) => {
    const found = opened.get(name) ?? loadCheckpoint(name);
    opened.set(name, found);
    return found;
  };
  let started = 0;
  const took: number[] = [];
  const queue: SweepQueue = {
    next: (stop, without) => folder.next(stop, without),
    release: (run) => folder.release(run),
    complete: async (run, records) => {
      await folder.complete(run, records, environment);
      took.push(performance.now() - started);
      const left = folder.count - (await folder.results()).length;
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
async function shareRuns({ given, path, folder, workers, signal }: Job): Promise<void> {
  const passed = ['data', 'shard', 'dead-after'].flatMap((name) => {
    const value = given.values[name];
    return typeof value === 'string' ? [`--${name}`, value] : [];
  });
  const args = [
    ...process.execArgv,
    ...process.argv.slice(1, 2),
    ...['compare', path, '--output', String(given.values['output']), '--join', '--workers', String(workers)],
    ...passed,
  ];
  const children: ChildProcess[] = [];
  const onAbort = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  signal.addEventListener('abort', onAbort);
  const ends = Array.from({ length: Math.min(workers, folder.count) }, () => {
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
  const left = folder.count - (await folder.results()).length;
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
