/**
 * Files of data sets on the hub, downloaded once into the cache folder: hub/datasets/OWNER/NAME@COMMIT/PATH. A file has
 * its name only when it is complete and checked; until then the name ends in `.partial`, and a later download resumes.
 */
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HUGGING_FACE, parseHubDataset, type HubDataset } from '../checkpoint/hub-address.ts';
import { downloadModel } from '../checkpoint/hub-download.ts';
import { cancelled, listHubDataset, type HubListing } from '../checkpoint/hub-listing.ts';
import type { DataReference } from '../data/config.ts';
import type { DataFile } from '../data/data-file.ts';
import { inputError, StudioError } from '../errors.ts';
import { appendedFile } from './appended-file.ts';
import { cacheFolder } from './cache-folder.ts';
import { openDataFile } from './data-file.ts';
import { DownloadLine } from './download-line.ts';
import { withLock } from './lock-file.ts';
import { sha256OfFile } from './sha256.ts';

/** Line of --help. */
export const HUB_VARIABLE: [string, string] = [
  'HF_ENDPOINT',
  `Address of the hub, for data sets of task.data.repository and for publish; by default ${HUGGING_FACE}.`,
];

export type HubReference = Pick<DataReference, 'path' | 'revision' | 'sha256'> & { repository: string };

/** @throws StudioError `input` if it is no address */
export function hubAddress(): string {
  const given = process.env['HF_ENDPOINT'];
  if (!given) return HUGGING_FACE;
  const address = URL.parse(given);
  if (address?.protocol !== 'https:' && address?.protocol !== 'http:')
    throw inputError('HF_ENDPOINT', `expected an address such as ${HUGGING_FACE}, found ${given}`);
  return given.replace(/\/+$/, '');
}

/**
 * The file that a config names. One that is in the cache is opened without a request, if its checksum or its commit is
 * given.
 *
 * @throws StudioError `input` with the reason if the hub does not give it, or it has another content than expected;
 *   `cancelled` on Ctrl-C, after which the part that was loaded is kept
 */
export async function hubDataFile({ repository, revision, path, sha256 }: HubReference): Promise<DataFile> {
  const asked = { ...parseHubDataset(repository, revision), path };
  if (path.split('/').some((step) => step === '' || /^\.+$/.test(step)))
    throw inputError('task.data', `${JSON.stringify(path)} is not the path of a file in ${asked.name}`, 'task.data');
  const cached = await cachedFile(asked, sha256);
  if (cached !== undefined) return openDataFile(cached);
  const interrupt = new AbortController();
  const stop = () => interrupt.abort(cancelled());
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await openDataFile(await download(asked, sha256, interrupt.signal));
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** Names of the files of data in a data set. @throws StudioError as `hubDataFile` */
export async function hubDataNames(repository: string, revision: string | undefined): Promise<string[]> {
  const asked = parseHubDataset(repository, revision);
  const { files } = await listHubDataset(hubAddress(), asked, new AbortController().signal);
  return files.map(({ path }) => path);
}

type Asked = HubDataset & { path: string };

const datasetFolder = (name: string, commit: string) =>
  join(cacheFolder(), 'hub', 'datasets', dirname(name), `${basename(name)}@${commit}`);

/** A complete file with the checksum, of any commit; without a checksum, that of the commit. */
async function cachedFile({ name, revision, path }: Asked, sha256: string | undefined): Promise<string | undefined> {
  const isFile = async (file: string) => (await stat(file).catch(() => undefined))?.isFile() === true;
  if (sha256 === undefined) {
    const file = join(datasetFolder(name, revision), path);
    return /^[0-9a-f]{40}$/.test(revision) && (await isFile(file)) ? file : undefined;
  }
  const owner = dirname(datasetFolder(name, ''));
  const folders = await readdir(owner).catch((): string[] => []);
  for (const folder of folders.filter((one) => one.startsWith(`${basename(name)}@`))) {
    const file = join(owner, folder, path);
    if ((await isFile(file)) && (await sha256OfFile(file)) === sha256) return file;
  }
  return undefined;
}

async function download(asked: Asked, sha256: string | undefined, signal: AbortSignal): Promise<string> {
  const base = hubAddress();
  const listing = await listHubDataset(base, asked, signal);
  const [entry] = listing.files;
  if (!entry) throw new Error('a listing has the file that was asked for');
  // Before anything is loaded, where the hub says what the content is.
  if (sha256 !== undefined && entry.sha256 !== undefined && entry.sha256 !== sha256)
    throw otherThanConfig(asked, sha256, entry.sha256);
  const file = join(datasetFolder(listing.name, listing.commit), entry.path);
  await mkdir(dirname(file), { recursive: true });
  await withLock(file, signal, async () => {
    if ((await stat(file).catch(() => undefined))?.size !== entry.size) await load(listing, file, base, signal);
  });
  const found = sha256 === undefined ? undefined : await sha256OfFile(file);
  if (sha256 !== undefined && found !== undefined && found !== sha256) throw otherThanConfig(asked, sha256, found);
  return file;
}

async function load(listing: HubListing, file: string, base: string, signal: AbortSignal): Promise<void> {
  const partial = `${file}.partial`;
  const line = new DownloadLine(`${listing.name}@${listing.revision}: ${listing.files[0]?.path ?? ''}`, dirname(file));
  try {
    await downloadModel(listing, {
      base,
      signal,
      open: async ({ size }) => appendedFile(partial, size),
      onProgress: (_, loaded, waiting) => line.update(loaded, listing.files[0]?.size ?? 0, waiting),
    });
    await rename(partial, file);
  } finally {
    line.end();
  }
}

const otherThanConfig = ({ name, revision, path }: Asked, expected: string, found: string) =>
  new StudioError(
    'input',
    `task.data: ${path} of the data set ${name} has another content at revision ${revision} than the config names: ` +
      `expected SHA-256 ${expected}, found ${found}.`,
    'Name the revision (commit) that the config was made with, or remove sha256 to use this one.',
    'task.data',
  );
