/** A folder or an archive with runs and sweeps, as `train` and `compare` of the command line and this page write it. */
import { parseJsonText } from '../json-text.ts';
import { parseSweep, runName, type Sweep } from '../compare/sweep.ts';
import { runKey, slotsOf } from '../compare/tuning.ts';
import {
  fileName,
  folderName,
  METRICS,
  readRunFolder,
  sha256,
  SWEEP,
  type ReadRun,
  type TextFile,
} from './run-folder.ts';

export interface SweepOfFolder {
  /** From its content, so that importing it twice gives the same sweep. */
  id: string;
  sweep: Sweep;
  /** Whether all of its runs are in the folder. */
  whole: boolean;
}

export interface ReadFolder {
  runs: ReadRun[];
  sweeps: SweepOfFolder[];
}

/**
 * All runs in a folder, and the sweeps that runs in it belong to.
 *
 * @param where the folder's name, for messages
 * @param modified when its files were written; milliseconds since 1970
 * @throws StudioError `input` naming the file, and the line or field in it, that cannot be read
 */
export async function readFolder(files: readonly TextFile[], where: string, modified: number): Promise<ReadFolder> {
  const sweeps: SweepOfFolder[] = [];
  const runs: ReadRun[] = [];
  let rest = files;
  for (const { path, text } of files.filter((file) => fileName(file.path) === SWEEP)) {
    const inside = rest.filter((file) => file.path.startsWith(folderName(path)));
    rest = rest.filter((file) => !inside.includes(file));
    const place = [where, path].filter(Boolean).join('/');
    const sweep = parseSweep(parseJsonText(text, place), place);
    const id = `file:${await sha256(text)}`;
    const read = inside.some((file) => fileName(file.path) === METRICS)
      ? await readRunFolder(inside, where, modified)
      : [];
    const slots = new Map(slotsOf(sweep).map((slot) => [runName(slot), slot] as const));
    const made = read.map((one) => {
      const slot = slots.get(one.run.config.name);
      if (!slot) return one;
      slots.delete(one.run.config.name);
      // As on the page, where a run's id is that of its sweep with the run's place in it.
      return { ...one, run: { ...one.run, id: `${id}:${runKey(slot)}`, sweep: { id, label: slot.label } } };
    });
    runs.push(...made);
    sweeps.push({ id, sweep, whole: slots.size === 0 });
  }
  if (sweeps.length === 0 || rest.some((file) => fileName(file.path) === METRICS))
    runs.push(...(await readRunFolder(rest, where, modified)));
  return { runs, sweeps };
}
