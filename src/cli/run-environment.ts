/**
 * run.json beside a run's metrics: the adapter, the host and the version of the studio, as the page keeps them and
 * reports name them. It differs from machine to machine, as the times in metrics.jsonl do: no file that is compared
 * byte for byte contains it.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { arch, type as systemName } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { aboutText, ABOUT, parseAbout, type RunAbout } from '../archive/run-folder.ts';
import type { RunSoftware } from '../archive/archived-run.ts';
import { inputError, StudioError } from '../errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { parseJsonText } from '../json-text.ts';
import { VERSION } from '../run/version.ts';
import { adapterName } from '../views/run-view.ts';
import { readText, writeWhole } from './files.ts';

export type RunEnvironment = Required<Pick<RunAbout, 'adapter' | 'software'>>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Between the environments of a run that was resumed elsewhere. */
const RESUMED = '; resumed on ';
/** Characters of a text with several environments; then only the first and the last are in it. */
const MOST = 200;

/** Of this process. */
export async function environmentOf({ adapter }: Pick<Gpu, 'adapter'>): Promise<RunEnvironment> {
  return { adapter: adapterName(adapter), software: await softwareHere() };
}

let software: Promise<RunSoftware> | undefined;

function softwareHere(): Promise<RunSoftware> {
  software ??= (async () => {
    const commit = await commitHere();
    return {
      studio: commit === undefined ? VERSION : `${VERSION} (${commit})`,
      host: `Node ${process.versions.node}, ${systemName()} ${arch()}`,
    };
  })();
  return software;
}

/** `133057c8`, with `-dirty` after local changes; undefined outside a checkout of the studio, and without git. */
async function commitHere(): Promise<string | undefined> {
  if (!existsSync(join(ROOT, '.git'))) return undefined;
  const args = ['-C', ROOT, 'describe', '--always', '--dirty', '--abbrev=8', '--exclude=*'];
  // Without a lock on the index, which would be in the way of a commit that is being made.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  const { stdout } = await promisify(execFile)('git', args, { env, timeout: 10_000 }).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}

/** The text of run.json of a run that was made in one place. */
export const environmentText = ({ adapter, software }: RunEnvironment): string => aboutText({ adapter, software });

/**
 * Writes run.json, or adds to that of a run that is resumed where it changes. Name, note and start of a run of the page
 * stay; its id and state do not, because the folder has other records from now on. A file of that name that describes
 * no run stays as it is: the documentation calls a run's config run.json too.
 *
 * @returns why nothing was written, for the terminal
 */
export async function writeEnvironment(
  folder: string,
  now: RunEnvironment,
  resumed: boolean,
): Promise<string | undefined> {
  const path = join(folder, ABOUT);
  let there: RunAbout = {};
  try {
    if (existsSync(path)) there = ownAbout(await readText(path), path);
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return `${error.line} The file stays as it is; adapter, host and version of this run are not recorded.`;
  }
  const before = resumed ? there : {};
  const { name, note, started } = before;
  const about: RunAbout = {
    ...(name !== undefined && { name }),
    ...(note !== undefined && { note }),
    ...(started !== undefined && { started }),
    adapter: added(before.adapter, now.adapter),
    software: {
      studio: added(before.software?.studio, now.software.studio, MOST / 2),
      host: added(before.software?.host, now.software.host),
    },
  };
  await writeWhole(path, aboutText(about));
  return undefined;
}

/** @throws StudioError `input` if a file describes no run */
function ownAbout(text: string, path: string): RunAbout {
  const about = parseAbout(text, path);
  const fields = parseJsonText(text, path) as object;
  if ('model' in fields || 'task' in fields)
    throw inputError(path, 'expected the description of a run, found a run config.');
  return about;
}

/** The places of a run in their order, each once. */
function added(before: string | undefined, now: string, most = MOST): string {
  const places = before ? before.split(RESUMED) : [];
  if (now === '' || places.includes(now)) return before ?? now;
  const all = [...places, now];
  const text = all.join(RESUMED);
  return text.length <= most || places.length < 2 ? text.slice(0, most) : added(places[0], now, most);
}
