/**
 * The folder of a sweep: its runs, each complete once its metrics.jsonl is there, and claims on those being made, so
 * that several processes share the work, on one machine or on several with a shared file system.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { armsOf, parseSweep, triedVariants, type Sweep, type SweepRun } from '../compare/sweep.ts';
import type { RunRecords } from '../compare/run-summary.ts';
import { wholeList, type WorkList } from '../compare/shard.ts';
import { runKey } from '../compare/tuning.ts';
import { joined } from '../compare/vary.ts';
import { inputError } from '../errors.ts';
import type { StepRecord } from '../run/step-record.ts';
import type { SweepQueue } from '../session/sweep.ts';
import { ABOUT } from '../archive/run-folder.ts';
import { removePartials, writeWhole } from './files.ts';
import { environmentText, type RunEnvironment } from './run-environment.ts';
import { WorkClaims } from './work-claim.ts';

const RETRY_MS = 500;
const CLAIM = 'claim';

type RunName = Pick<SweepRun, 'label' | 'seed'>;

/** As it is after it was written and read: without fields that are undefined. */
const asWritten = (sweep: Sweep): unknown => JSON.parse(JSON.stringify(sweep));

const fileName = (label: string): string => label.replace(/[^\w.-]+/g, '-');

/** Above the folders of the runs. */
export const RUNS = 'runs';
/** The folder of a run below that. */
export const runFolderName = ({ label, seed }: RunName): string => `${fileName(label)}-seed-${seed}`;

export interface SweepFolderOptions {
  /** By default all of the sweep's runs. */
  list?: WorkList;
  /** Seconds without a heartbeat after which the run of a process on another machine is taken over. */
  deadAfter?: number;
}

export class SweepFolder implements SweepQueue {
  private readonly read = new Map<string, RunRecords>();
  private readonly claims: WorkClaims;
  private readonly list: WorkList;

  private constructor(
    private readonly sweep: Sweep,
    private readonly output: string,
    { list = wholeList(sweep), deadAfter }: SweepFolderOptions,
  ) {
    this.list = list;
    this.claims = new WorkClaims(deadAfter);
  }

  /**
   * @param path of the sweep, for messages
   * @throws StudioError `input` when DIR holds another sweep, or two labels differ only in characters that no file name
   *   has
   */
  static async open(
    sweep: Sweep,
    output: string,
    path: string,
    options: SweepFolderOptions = {},
  ): Promise<SweepFolder> {
    const names = armsOf(sweep).flatMap((arm) => [
      arm.label,
      ...triedVariants(sweep).map((variant) => joined([arm, variant]).label),
    ]);
    const twice = names.find((name, i) => names.findIndex((other) => fileName(other) === fileName(name)) < i);
    if (twice !== undefined)
      throw inputError(path, `"${twice}" has the same folder as another label; give one of them a label of its own`);
    await mkdir(output, { recursive: true }).catch(() => {
      throw inputError(output, 'expected a folder for the sweep, found a file');
    });
    const file = join(output, 'sweep.json');
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (before === undefined) await writeWhole(file, `${JSON.stringify(sweep, null, 2)}\n`);
    else if (!isDeepStrictEqual(parseSweep(JSON.parse(before), file), parseSweep(asWritten(sweep), file)))
      throw inputError(output, `contains a different sweep than ${path}; choose another --output`);
    return new SweepFolder(sweep, output, options);
  }

  /** Releases the runs of processes of this machine that died, and removes what they left half-written. */
  async releaseDead(): Promise<void> {
    await removePartials(this.output);
    const folders = await readdir(join(this.output, RUNS)).catch(() => []);
    for (const folder of folders) await this.claims.removeDead(join(this.output, RUNS, folder, CLAIM));
  }

  private folderOf(run: RunName): string {
    return join(this.output, RUNS, runFolderName(run));
  }

  /** The complete runs, in the order of the sweep. */
  async results(): Promise<RunRecords[]> {
    // Runs that confirm are known once those that tune have been read.
    for (const _ of this.sweep.tune ? ['tuning', 'all'] : ['all'])
      for (const run of this.list.runs([...this.read.values()])) {
        const found = this.read.get(runKey(run)) ?? (await this.readRun(run));
        if (found) this.read.set(runKey(run), found);
      }
    return this.list.runs([...this.read.values()]).flatMap((run) => this.read.get(runKey(run)) ?? []);
  }

  /** Number of runs on the work list. */
  get count(): number {
    return this.list.count;
  }

  private async readRun(run: SweepRun): Promise<RunRecords | undefined> {
    const folder = this.folderOf(run);
    const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const error = await readFile(join(folder, 'error.txt'), 'utf8').catch(() => undefined);
    return {
      label: run.label,
      seed: run.seed,
      records: text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as StepRecord),
      ...(error !== undefined && { error: error.trim() }),
    };
  }

  async next(signal: AbortSignal | undefined, without: ReadonlySet<string>): Promise<SweepRun | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const done = await this.results();
      const left = this.list.runs(done).filter((run) => !this.read.has(runKey(run)) && !without.has(runKey(run)));
      if (left.length === 0) return undefined;
      for (const run of left) {
        const folder = this.folderOf(run);
        const claim = join(folder, CLAIM);
        await mkdir(folder, { recursive: true });
        if (await this.claims.removeDead(claim)) await removePartials(folder, { all: true });
        if (!(await this.claims.take(claim))) continue;
        // Another process may have completed it between the look and the claim.
        if (!(await this.readRun(run))) return run;
        await this.release(run);
      }
      await delay(RETRY_MS, undefined, signal && { signal }).catch(() => undefined);
    }
  }

  /** @param environment that the run was made in */
  async complete(run: SweepRun, records: RunRecords, environment?: RunEnvironment): Promise<void> {
    const folder = this.folderOf(run);
    await writeWhole(join(folder, 'config.json'), `${JSON.stringify(run.config, null, 2)}\n`);
    if (environment) await writeWhole(join(folder, ABOUT), environmentText(environment));
    if (records.error !== undefined) await writeWhole(join(folder, 'error.txt'), `${records.error}\n`);
    // Written last: it marks the run as complete.
    const lines = records.records.map((record) => `${JSON.stringify(record)}\n`).join('');
    await writeWhole(join(folder, 'metrics.jsonl'), lines);
    this.read.set(runKey(run), records);
    await this.release(run);
  }

  async release(run: RunName): Promise<void> {
    await this.claims.release(join(this.folderOf(run), CLAIM));
  }
}
