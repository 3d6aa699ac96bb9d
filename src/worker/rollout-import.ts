/** Rollouts of archives and folders into the browser's storage, one step in memory at a time. */
import { rolloutFileOf, RolloutsAbout } from '../archive/rollout-files.ts';
import { eachZipEntry } from '../archive/zip-entries.ts';
import { inputError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';
import { bytesOf } from '../rollouts/kept-step.ts';
import { readStepFile } from '../rollouts/step-file.ts';
import { parseAs } from '../run/schema-issues.ts';
import type { PickedFile } from '../views/models.ts';
import type { RolloutTarget } from '../views/rollouts.ts';
import type { RolloutRun, RolloutStore } from './rollout-store.ts';

/** Limits of one file, and of all steps of a run: the largest bound of a run that this page offers. */
const MOST_FILE_BYTES = 64e6;
const MOST_RUN_BYTES = 128e6;

/**
 * All of them are read before the first one is stored, so that nothing is stored of files of which one is malformed.
 *
 * @param files archives, or files of folders with their paths
 * @returns how many runs have got rollouts
 * @throws StudioError `input` naming the file that cannot be read, `memory` when the storage is full
 */
export async function importRollouts(
  store: RolloutSink,
  files: readonly PickedFile[],
  runs: readonly RolloutTarget[],
): Promise<number> {
  await readRollouts(CHECKED_ONLY, files, runs);
  return readRollouts(store, files, runs);
}

type RolloutSink = Pick<RolloutStore, 'makeRoom' | 'write'>;

const CHECKED_ONLY: RolloutSink = { makeRoom: () => Promise.resolve(), write: () => Promise.resolve() };

async function readRollouts(
  store: RolloutSink,
  files: readonly PickedFile[],
  runs: readonly RolloutTarget[],
): Promise<number> {
  const imports = new Map(runs.map((target) => [target.folder, new RunImport(store, target)]));
  const importOf = (path: string) => {
    const file = rolloutFileOf(path);
    const into = file && imports.get(file.folder);
    return file && into && { into, kind: file.kind };
  };
  const take = async (path: string, data: Uint8Array<ArrayBuffer>, where: string) => {
    const { into, kind } = importOf(path) ?? {};
    if (kind === 'about') into?.about(data, where);
    else await into?.step(data, where);
  };
  // What rollouts.json says comes before the steps; archives have it first.
  const ordered = [...files].sort(
    (a, b) => Number(rolloutFileOf(b.path)?.kind === 'about') - Number(rolloutFileOf(a.path)?.kind === 'about'),
  );
  for (const { path, file } of ordered)
    if (path.endsWith('.zip'))
      await eachZipEntry(
        file,
        path,
        (entry) => (importOf(entry) ? MOST_FILE_BYTES : undefined),
        (entry, data) => take(entry, data, `${path}/${entry}`),
      );
    else if (importOf(path)) {
      if (file.size > MOST_FILE_BYTES) throw inputError(path, `expected at most ${MOST_FILE_BYTES / 1e6} MB`);
      await take(path, new Uint8Array(await file.arrayBuffer()), path);
    }
  return [...imports.values()].filter(({ steps }) => steps > 0).length;
}

/** What is stored of one run. */
class RunImport {
  steps = 0;
  private bytes = 0;
  private newest = 0;
  private facts: RolloutsAbout = { every: 1, bound: MOST_RUN_BYTES, bytes: MOST_RUN_BYTES };

  constructor(
    private readonly store: RolloutSink,
    private readonly target: RolloutTarget,
  ) {}

  about(data: Uint8Array, where: string): void {
    this.facts = parseAs(RolloutsAbout, parseJsonText(new TextDecoder().decode(data), where), where);
  }

  async step(data: Uint8Array, where: string): Promise<void> {
    const step = readStepFile(data, where);
    if (this.steps === 0) await this.store.makeRoom(Math.min(MOST_RUN_BYTES, this.facts.bytes));
    this.bytes += bytesOf(step);
    if (this.bytes > MOST_RUN_BYTES)
      throw inputError(where, `the run's rollouts take more than ${MOST_RUN_BYTES / 1e6} MB`);
    this.steps += 1;
    this.newest = Math.max(this.newest, step.step);
    const { run, name, started } = this.target;
    const { every, bound, reference } = this.facts;
    const row: RolloutRun = {
      run,
      name,
      started,
      every,
      bound,
      bytes: this.bytes,
      newest: this.newest,
      steps: this.steps,
      ...(reference && { reference }),
    };
    await this.store.write(row, [step], []);
  }
}
