/**
 * `train`: a run from a RunConfig, with one progress line per step.
 *
 * DIR gets config.json, metrics.jsonl, run.json (adapter, host and version: run-environment.ts), checkpoint/ (Hugging
 * Face layout, adapters merged), with LoRA adapter/ (PEFT layout), with a report report.json, report.md and report/
 * (report-files.ts) and, while the run is not complete, state.safetensors: everything that --resume needs. The state is
 * saved every SAVE_EVERY steps, and when the run is interrupted (Ctrl-C) or fails. A process may be killed at any
 * moment: every file but metrics.jsonl is whole or absent, and checkpoint/ comes last.
 */
import { cp, open, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ModelCheckpoint } from '../checkpoint/checkpoint.ts';
import { dtypeByName, type ExportedFile } from '../checkpoint/export-checkpoint.ts';
import { adapterFiles } from '../checkpoint/peft-adapter.ts';
import type { WeightDtype } from '../checkpoint/safetensors.ts';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { noPolicyGradient, parseRunConfig, type RunConfig, type SftConfig } from '../run/config.ts';
import { megabytesText, memoryLines } from '../views/memory.ts';
import { sftLines } from '../views/sft.ts';
import { formatMetric, metricOf, type MetricName } from '../run/metrics/lookup.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { RunSources } from '../session/resolved-run.ts';
import { RunSession } from '../session/session.ts';
import { METRICS } from '../archive/run-folder.ts';
import type { TrainingSnapshot } from '../session/training-snapshot.ts';
import { trainedAdapter, trainedFiles } from '../session/trained-checkpoint.ts';
import { checkPositionals, optionalNumber, readArguments, type Arguments } from './arguments.ts';
import { cliSources } from './data-sources.ts';
import { loadCheckpoint, readBytes, readText, removePartials, writeFolder, writeWhole } from './files.ts';
import { openNodeGpu } from './node-gpu.ts';
import { ReportFiles } from './report-files.ts';
import { RecordFile } from './record-file.ts';
import { environmentOf, writeEnvironment } from './run-environment.ts';
import { RolloutFile, rolloutOptions } from './rollout-file.ts';
import { decodeState, encodeState, STATE_FILE } from '../session/state-file.ts';
import { showPlan } from './train-plan.ts';

const SAVE_EVERY = 10;

interface Plan {
  config: RunConfig;
  checkpoint: ModelCheckpoint | undefined;
  sources: RunSources;
  output: string;
  /** Folder whose state the run resumes from. */
  resume: string | undefined;
  /** Precision of the written checkpoint and adapter. */
  dtype: WeightDtype;
}

export async function train(args: string[]): Promise<void> {
  const given = readArguments(
    'train',
    args,
    ['output', 'resume', 'seed', 'memory-budget', 'precision', 'data', 'rollouts', 'rollouts-every', 'record'],
    ['plan'],
  );
  if (given.values['plan']) {
    checkPositionals(given, 'train', 1);
    const path = given.positionals[0];
    if (path === undefined) throw inputError('train', '--plan: expected a run config');
    const config = await readConfig(given, path);
    warn(config);
    return showPlan(config, await startOf(config), cliSources(given, path));
  }
  const plan = await readPlan(given);
  const { config, output } = plan;
  warn(config);
  const wanted = rolloutOptions(given, config.rl !== undefined);
  const state = plan.resume === undefined ? undefined : await readState(plan.resume);
  await removePartials(output);
  const { gpu, tuner } = await openNodeGpu();
  const interrupt = new AbortController();
  const onSignal = () =>
    interrupt.abort(new StudioError('cancelled', 'Interrupted.', `Resume with: train --resume ${output}`));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const session = await RunSession.create(
      { gpu, tuner, config, checkpoint: plan.checkpoint, sources: plan.sources, signal: interrupt.signal },
      state,
    );
    if (plan.resume !== undefined && resolve(plan.resume) !== resolve(output))
      await cp(plan.resume, output, { recursive: true });
    await writeWhole(join(output, 'config.json'), `${JSON.stringify(session.config, null, 2)}\n`);
    const unrecorded = await writeEnvironment(output, await environmentOf(gpu), plan.resume !== undefined);
    if (unrecorded !== undefined) console.error(`Warning: ${unrecorded}`);
    const { view } = session.run.examples ?? {};
    for (const line of [...session.run.task.notes, ...(view ? sftLines(view) : []), ...memoryLines(session.memoryPlan)])
      console.log(line);
    console.log(measuredLine(session));
    const report = await ReportFiles.open(output, session, state);
    const metrics = await openMetrics(join(output, METRICS), state?.records ?? 0);
    const rollouts = wanted && (await RolloutFile.open(wanted, session, state !== undefined));
    const record = given.values['record'];
    const recording = typeof record === 'string' ? await RecordFile.open(record, session) : undefined;
    try {
      await runToEnd(session, { metrics, rollouts, recording, report, output }, interrupt.signal);
    } catch (error) {
      await recording?.writeFailed(error, join(output, METRICS));
      throw error;
    } finally {
      await metrics.close();
      await rollouts?.close();
    }
    await writeCheckpoint(session, plan, output);
    await recording?.write('finished', await readText(join(output, METRICS)));
    // Last: a run without a state is over, and is not resumed.
    await rm(join(output, STATE_FILE), { force: true });
    session.destroy();
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    gpu.destroy();
  }
}

async function readPlan(given: Arguments): Promise<Plan> {
  checkPositionals(given, 'train', 1);
  const { output, resume } = given.values;
  const from = typeof resume === 'string' ? resume : undefined;
  const target = typeof output === 'string' ? output : from;
  if (!target) throw inputError('train', 'expected --output with a value');
  const dtype = dtypeByName(String(given.values['precision'] ?? 'f32'));
  const path = given.positionals[0] ?? (from === undefined ? undefined : join(from, 'config.json'));
  if (path === undefined) throw inputError('train', 'expected a run config, for example configs/demo-gppo.json');
  const config = await readConfig(given, path);
  // A process that was killed as it began has left no config.
  if (from !== undefined && (given.positionals[0] === undefined || (await exists(join(from, 'config.json')))))
    await checkSameRun(config, from, given.positionals[0]);
  const checkpoint = await startOf(config);
  const facts = await stat(target).catch(() => undefined);
  if (facts && !facts.isDirectory()) throw inputError(target, 'expected a folder for the run, found a file');
  if (from === undefined && (await exists(join(target, METRICS))))
    throw inputError(target, `already contains a run; choose another --output, or resume it with --resume ${target}`);
  return { config, checkpoint, sources: cliSources(given, path), output: target, resume: from, dtype };
}

async function readConfig(given: Arguments, path: string): Promise<RunConfig> {
  const written = parseRunConfig(parseJsonText(await readText(path), path), path);
  const config = {
    ...written,
    seed: optionalNumber(given, 'train', 'seed', written.seed, { integer: true, min: 0, max: 0xffffffff }),
  };
  if (given.values['memory-budget'] !== undefined)
    config.memory = {
      recompute: false,
      ...written.memory,
      budget_mb: optionalNumber(given, 'train', 'memory-budget', 0, { min: 1 }),
    };
  return config;
}

/** The initial checkpoint of a run. */
async function startOf({ model }: RunConfig): Promise<ModelCheckpoint | undefined> {
  return 'checkpoint' in model ? loadCheckpoint(model.checkpoint) : undefined;
}

/** On stderr: a config that runs but cannot train. */
function warn({ rl }: RunConfig): void {
  const none = rl && noPolicyGradient(rl);
  if (none !== undefined) console.error(`Warning: rl.responses is ${rl?.responses}. ${none}`);
}

/**
 * A run resumes under its original config; only the numbers of steps may grow, and the memory budget may change.
 *
 * @param path the config given on the command line
 */
async function checkSameRun(config: RunConfig, from: string, path: string | undefined): Promise<void> {
  const saved = join(from, 'config.json');
  const began = parseRunConfig(parseJsonText(await readText(saved), saved), saved);
  const rule = 'a run resumes under the config that it began with';
  const place = path ?? 'train';
  if (config.seed !== began.seed)
    throw inputError(place, `seed: expected ${began.seed} as in ${saved}, found ${config.seed}; ${rule}`);
  const kept = ({ sft, rl, memory, task, ...rest }: RunConfig) =>
    JSON.stringify({
      ...rest,
      task: withoutContent(task, config.task),
      name: '',
      sft: sft && { ...withoutSourceContent(sft, config.sft), steps: 0, epochs: 0 },
      rl: rl && { ...rl, steps: 0 },
      memory: { recompute: false, ...memory, budget_mb: undefined },
    });
  if (kept(config) !== kept(began))
    throw inputError(place, `differs from ${saved} in more than the number of steps; ${rule}`);
}

/** A task without the checksums that a run adds to it, where the config as it is given has none. */
function withoutContent(task: RunConfig['task'], given: RunConfig['task']): object {
  if (task.name !== 'dataset' || given.name !== 'dataset' || given.data?.sha256 !== undefined) return task;
  const { data, held_out: heldOut, ...rest } = task;
  return {
    ...rest,
    data: data && { ...data, sha256: undefined, rows: given.data?.rows },
    held_out: heldOut && { ...heldOut, sha256: undefined },
  };
}

/** As `withoutContent`, for the sources of SFT. */
const withoutSourceContent = (sft: SftConfig, given: SftConfig | undefined): object => ({
  ...sft,
  sources: sft.sources?.map((source, i) => {
    const one = given?.sources?.[i];
    return one?.data?.sha256 !== undefined || !one?.data || !source.data
      ? source
      : {
          ...source,
          data: { ...source.data, sha256: undefined, rows: one.data.rows },
          held_out: source.held_out && { ...source.held_out, sha256: undefined },
        };
  }),
});

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

/** @returns undefined when the run ended before its first state was saved: it begins again */
async function readState(folder: string): Promise<TrainingSnapshot | undefined> {
  const path = join(folder, STATE_FILE);
  if (await exists(path)) return decodeState(await readBytes(path), path);
  if (await exists(join(folder, 'checkpoint', 'config.json')))
    throw inputError(folder, 'contains a complete run; there is nothing to resume');
  if (!(await exists(folder))) throw inputError(folder, 'folder not found; expected one of a run to resume');
  console.log(`no state was saved in ${folder} yet: the run begins from its start`);
  return undefined;
}

/** Opens metrics.jsonl for appending after its first `records` lines: later ones belong to steps that will be rerun. */
async function openMetrics(path: string, records: number): Promise<FileHandle> {
  if (records === 0) return open(path, 'w');
  const lines = (await readText(path)).split('\n').slice(0, records);
  if (lines.length < records || lines.at(-1) === '')
    throw inputError(path, `expected at least ${records} lines, one per record of the saved state`);
  await truncate(path, Buffer.byteLength(`${lines.join('\n')}\n`));
  return open(path, 'a');
}

/** What a run writes while it trains. */
interface RunFiles {
  metrics: FileHandle;
  rollouts: RolloutFile | undefined;
  recording: RecordFile | undefined;
  report: ReportFiles | undefined;
  output: string;
}

async function runToEnd(session: RunSession, files: RunFiles, signal: AbortSignal): Promise<void> {
  const { metrics, rollouts, recording, report, output } = files;
  try {
    for (let steps = 1; ; steps++) {
      if (signal.aborted) throw signal.reason;
      const step = await session.next({
        recordTokens: Math.max(rollouts?.recordTokens ?? 0, recording?.recordTokens ?? 0),
      });
      if (!step) return;
      await rollouts?.add(step);
      recording?.add(step);
      for (const record of step.records) {
        await metrics.write(`${JSON.stringify(record)}\n`);
        console.log(progressLine(record, session));
      }
      if (step.stage) for (const line of (await report?.add(step.stage)) ?? []) console.log(line);
      if (steps % SAVE_EVERY === 0) await saveState(session, metrics, output);
    }
  } catch (error) {
    // After device loss nothing can be read; a step whose evaluation failed is repeated from the state before it.
    if (error instanceof StudioError && error.kind !== 'device-lost' && session.savable)
      await saveState(session, metrics, output);
    throw error;
  }
}

async function saveState(session: RunSession, metrics: FileHandle, output: string): Promise<void> {
  const state = await session.save();
  if (!state) return;
  await metrics.sync();
  await writeWhole(join(output, STATE_FILE), encodeState(state));
}

/** The checkpoint is last: it marks the run as complete. */
async function writeCheckpoint(session: RunSession, plan: Plan, output: string): Promise<void> {
  const adapter = await trainedAdapter(session);
  if (adapter) await writeFolder(join(output, 'adapter'), inParts(adapterFiles(adapter, plan.dtype)));
  await writeFolder(join(output, 'checkpoint'), trainedFiles(session, { dtype: plan.dtype }));
}

async function* inParts(files: readonly ExportedFile[]) {
  for (const { path, data } of files)
    yield {
      path,
      parts: (async function* () {
        yield typeof data === 'string' ? new TextEncoder().encode(data) : data;
      })(),
    };
}

/** Allocated memory against the plan of the current stage. */
function measuredLine({ memoryPlan, phase, model }: RunSession): string {
  const planned = memoryPlan.phases.find((one) => one.phase === (phase ?? 'evaluation'))?.total ?? 0;
  return `memory allocated: ${megabytesText(model.gpu.counters.bytes)} in buffers, ${megabytesText(planned)} planned`;
}

/** Shown on the progress line if the record has them. */
const SHOWN: Record<StepRecord['phase'], readonly MetricName[]> = {
  sft: ['train/loss', 'train/grad_norm'],
  rl: ['critic/score/mean', 'clip_ratio/low_mean', 'clip_ratio/high_mean', 'gradient/preserved_share', 'actor/entropy'],
  evaluation: ['accuracy/greedy', 'accuracy/sampled', 'eval/loss', 'eval/perplexity'],
};

function progressLine({ step, phase, metrics, time, note }: StepRecord, session: RunSession): string {
  const total = phase === 'evaluation' ? '' : `/${session.stepsOf(phase)}`;
  const shown = SHOWN[phase].flatMap((name) => {
    const value = metrics[name];
    return value === undefined ? [] : [`${metricOf(name).short} ${formatMetric(name, value)}`];
  });
  const told = note === undefined ? '' : `  ${note}`;
  return `${phase} ${step}${total}  ${shown.join('  ')}  ${Math.round(time.step_ms)} ms${told}`;
}
