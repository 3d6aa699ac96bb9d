/**
 * `compare --merge`: the runs of several folders of one sweep as one folder, with the summary of an undivided sweep,
 * byte for byte. Everything is read and compared before anything is written.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ABOUT, METRICS, SWEEP } from '../archive/run-folder.ts';
import { countRuns, parseSweep, type Sweep } from '../compare/sweep.ts';
import { runsOf, slotsOf } from '../compare/tuning.ts';
import { inputError, StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import type { StepRecord } from '../run/step-record.ts';
import { readText, writeWhole } from './files.ts';
import { RUNS, runFolderName, SweepFolder } from './sweep-folder.ts';
import { writeSummary } from './sweep-summary.ts';

/** Names that a message lists. */
const MOST_NAMED = 5;
const FILES = ['config.json', ABOUT, 'error.txt', METRICS];
/** Those that differ between two runs of one config: machines, and times. */
const OWN_FILES = [ABOUT, METRICS];

/** A complete run as its files have it. */
interface StoredRun {
  folder: string;
  texts: Map<string, string>;
  records: StepRecord[];
}

/**
 * @param folders of shards
 * @throws StudioError `input` naming the folders and the run: other sweeps, results that differ, runs that are missing
 */
export async function mergeShards(folders: readonly string[], output: string): Promise<void> {
  const [first] = folders;
  if (first === undefined)
    throw inputError('compare', '--merge: expected the folders of the shards, for example shard-1 shard-2');
  const sweep = await sweepIn(first);
  for (const folder of folders.slice(1)) checkSame(sweep, first, await sweepIn(folder), folder);
  const slots = new Map(slotsOf(sweep).map((slot) => [runFolderName(slot), slot]));
  const runs = new Map<string, StoredRun>();
  for (const folder of folders)
    for (const name of (await readdir(join(folder, RUNS)).catch(() => [])).sort()) {
      const run = await storedRun(join(folder, RUNS, name));
      if (!run) continue;
      if (!slots.has(name)) throw inputError(run.folder, `expected a run of the sweep of ${first}, found another`);
      const before = runs.get(name);
      if (before) checkEqual(before, run);
      else runs.set(name, run);
    }
  const missing = [...slots.keys()].filter((name) => !runs.has(name));
  if (missing.length > 0)
    throw new StudioError(
      'input',
      `compare: ${missing.length} of ${countRuns(sweep)} runs are in none of the folders: ${listed(missing)}.`,
      'Complete their shards with the same compare command, or give their folders as well.',
    );
  const records = [...runs].map(([name, run]) => {
    const error = run.texts.get('error.txt');
    const { label = '', seed = 0 } = slots.get(name) ?? {};
    return { label, seed, records: run.records, ...(error !== undefined && { error: error.trim() }) };
  });
  for (const made of runsOf(sweep, records)) {
    const run = runs.get(runFolderName(made)) as StoredRun;
    const config = parseJsonText(run.texts.get('config.json') ?? '', join(run.folder, 'config.json'));
    if (!isDeepStrictEqual(config, JSON.parse(JSON.stringify(made.config))))
      throw inputError(
        join(run.folder, 'config.json'),
        'expected the config that the sweep gives this run, found another',
      );
    if (!run.texts.has('error.txt')) checkWhole(run, made.config);
  }
  const file = join(output, SWEEP);
  // Byte for byte: fields that the sweep left out are not in the same order once they are read.
  if ((await readFile(file).catch(() => undefined)) === undefined)
    await writeWhole(file, await readText(join(first, SWEEP)));
  const into = await SweepFolder.open(sweep, output, first);
  for (const [name, { texts }] of runs)
    // The metrics are last: they mark a run as complete.
    for (const [file, text] of texts) await writeWhole(join(output, RUNS, name, file), text);
  await writeSummary(sweep, await into.results(), output);
}

const listed = (names: readonly string[]) =>
  names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '');

async function sweepIn(folder: string): Promise<Sweep> {
  const path = join(folder, SWEEP);
  return parseSweep(parseJsonText(await readText(path), path), path);
}

function checkSame(sweep: Sweep, first: string, other: Sweep, folder: string): void {
  const fields = [...new Set([...Object.keys(sweep), ...Object.keys(other)])] as (keyof Sweep)[];
  const odd = fields.find((field) => !isDeepStrictEqual(sweep[field], other[field]));
  if (odd !== undefined)
    throw inputError(folder, `expected a shard of the same sweep as ${first}, found one with other ${odd}`);
}

/** Undefined as long as the run is not complete. */
async function storedRun(folder: string): Promise<StoredRun | undefined> {
  const texts = new Map<string, string>();
  for (const file of FILES) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (text !== undefined) texts.set(file, text);
    else if (file === METRICS) return undefined;
  }
  if (!texts.has('config.json')) throw inputError(folder, 'expected a config.json beside metrics.jsonl, found none');
  const lines = (texts.get(METRICS) ?? '').split('\n').filter(Boolean);
  const records = lines.map((line, i) => {
    const where = `${join(folder, METRICS)}, line ${i + 1}`;
    const record = parseJsonText(line, where) as Partial<StepRecord> | null;
    if (typeof record?.step !== 'number' || typeof record.metrics !== 'object')
      throw inputError(where, 'expected the record of a step, found another value');
    return record as StepRecord;
  });
  return { folder, texts, records };
}

/** Machines and times differ between two runs of one config; all else must be equal. */
function checkEqual(a: StoredRun, b: StoredRun): void {
  const both = `${a.folder} and ${b.folder}`;
  const rule = 'the same config, seed and adapter give the same metrics; remove the one that is wrong';
  for (const file of FILES)
    if (!OWN_FILES.includes(file) && a.texts.get(file) !== b.texts.get(file))
      throw inputError(both, `expected equal results of one run, found another ${file}: ${rule}`);
  const most = Math.max(a.records.length, b.records.length);
  for (let i = 0; i < most; i++) {
    const [one, other] = [a.records[i], b.records[i]].map((record) => record && { ...record, time: undefined });
    if (!isDeepStrictEqual(one, other))
      throw inputError(
        both,
        `expected equal results of one run, found a difference in line ${i + 1} of ${METRICS}: ${rule}`,
      );
  }
}

/** A copy that was cut off between two lines reads like a complete one. */
function checkWhole({ folder, records }: StoredRun, { sft, rl }: Sweep['base']): void {
  for (const [phase, stage] of [
    ['sft', sft],
    ['rl', rl],
  ] as const) {
    const last = records.findLast((record) => record.phase === phase)?.step ?? 0;
    if (stage?.steps !== undefined && last < stage.steps)
      throw inputError(
        join(folder, METRICS),
        `expected ${stage.steps} steps of ${phase}, found ${last}: the file is cut off`,
      );
  }
}
