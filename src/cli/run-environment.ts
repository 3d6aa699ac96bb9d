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
import type { Gpu } from '../gpu/device.ts';
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
 * stay; its id and state do not, because the folder has other records from now on.
 */
export async function writeEnvironment(folder: string, now: RunEnvironment, resumed: boolean): Promise<void> {
  const path = join(folder, ABOUT);
  const before = resumed && existsSync(path) ? parseAbout(await readText(path), path) : {};
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
}

/** The places of a run in their order, each once. */
function added(before: string | undefined, now: string, most = MOST): string {
  const places = before ? before.split(RESUMED) : [];
  if (now === '' || places.includes(now)) return before ?? now;
  const all = [...places, now];
  const text = all.join(RESUMED);
  return text.length <= most || places.length < 2 ? text.slice(0, most) : added(places[0], now, most);
}
