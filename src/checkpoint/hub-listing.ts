/** A model or data set on a hub: its commit, and those of its files that a checkpoint or training needs. */
import { StudioError } from '../errors.ts';
import { TOKENIZER_FILES } from './checkpoint.ts';
import type { SourceFile } from './checkpoint-source.ts';
import { informationAddress, pageAddress, type HubDataset, type HubModel } from './hub-address.ts';
import { isObject } from './json-fields.ts';
import { INDEX_FILE, SINGLE_FILE } from './weight-files.ts';

export interface HubListing extends HubModel {
  /** 40 hexadecimal digits. */
  commit: string;
  /** Small files first, so that errors show before weights are downloaded. */
  files: SourceFile[];
}

const SMALL = ['config.json', 'generation_config.json', 'studio.json', ...TOKENIZER_FILES];

/** @throws StudioError `input` with the reason if the hub does not return the model; `cancelled` */
export async function listHubModel(base: string, model: HubModel, signal: AbortSignal): Promise<HubListing> {
  const { commit, files: all } = await listRepository(base, model, signal);
  const files = chosen(all);
  if (!files.some(({ path }) => path === 'config.json') || !files.some(({ path }) => path.endsWith('.safetensors'))) {
    const other = all.some(({ path }) => /\.(bin|gguf|pt|pth)$/.test(path));
    const missing = files.some(({ path }) => path === 'config.json') ? 'weights in safetensors' : 'config.json';
    throw new StudioError(
      'input',
      `${model.name} has no ${missing}${other ? ', only formats that are not supported' : ''}.`,
      'Choose a model that has config.json and model.safetensors.',
    );
  }
  return { ...model, commit, files };
}

/** Files that src/data reads. */
const DATA_FILE = /\.(jsonl|ndjson|json|csv|tsv|parquet)$/i;

/**
 * The data files of a data set, at its commit; with a path, that file alone.
 *
 * @throws StudioError `input` with the reason if the hub does not return the data set, or it has no such file;
 *   `cancelled`
 */
export async function listHubDataset(
  base: string,
  { path: wanted, ...dataset }: HubDataset,
  signal: AbortSignal,
): Promise<HubListing> {
  const { commit, files: all } = await listRepository(base, dataset, signal);
  const files = all.filter(({ path }) => (wanted === undefined ? DATA_FILE.test(path) : path === wanted));
  if (files.length > 0) return { ...dataset, commit, files };
  const names = all.map(({ path }) => path).filter((path) => DATA_FILE.test(path));
  throw new StudioError(
    'input',
    wanted === undefined
      ? `${dataset.name} has no file in JSONL, JSON, CSV, TSV or Parquet.`
      : `${dataset.name} has no file ${wanted} at revision ${dataset.revision}.`,
    names.length > 0
      ? `It has ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', ...' : ''}.`
      : `See its files on ${pageAddress(base, dataset)}/tree/main.`,
  );
}

async function listRepository(
  base: string,
  model: HubModel,
  signal: AbortSignal,
): Promise<{ commit: string; files: SourceFile[] }> {
  const response = await request(informationAddress(base, model), signal, {});
  if (!response.ok) throw refused(base, model, response);
  const information: unknown = await response.json().catch(() => undefined);
  const { sha, siblings } = isObject(information) ? information : {};
  if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings))
    throw new StudioError(
      'input',
      `${base} did not answer with a list of files.`,
      'Check that this is the address of a Hugging Face hub.',
    );
  const all = siblings.filter(isObject).flatMap(({ rfilename, size, lfs }): SourceFile[] => {
    if (typeof rfilename !== 'string' || typeof size !== 'number') return [];
    // Of files in large-file storage the hub knows the checksum.
    const { sha256 } = isObject(lfs) ? lfs : {};
    const known = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
    return [{ path: rfilename, size, ...(known && { sha256 }) }];
  });
  return { commit: sha, files: all };
}

function chosen(all: readonly SourceFile[]): SourceFile[] {
  const single = all.filter(({ path }) => path === SINGLE_FILE);
  const shards = all.filter(({ path }) => /^model-\d+-of-\d+\.safetensors$/.test(path));
  const index = all.filter(({ path }) => path === INDEX_FILE);
  return [
    ...SMALL.flatMap((name) => all.filter(({ path }) => path === name)),
    ...(single.length > 0 ? single : [...index, ...shards]),
  ];
}

/** A request whose network errors have a readable message. */
export async function request(
  address: string,
  signal: AbortSignal,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    return await fetch(address, { headers, signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw new StudioError(
      'input',
      `${new URL(address).host} cannot be reached (${error instanceof Error ? error.message : String(error)}).`,
      'Check the connection and resume the download; the part that was loaded is kept.',
    );
  }
}

export const cancelled = () =>
  new StudioError(
    'cancelled',
    'The download was cancelled.',
    'The part that was loaded is kept; start the download again to resume.',
  );

/** The reason for a hub's refusal: status, and its own `X-Error-Code`. */
export function refused(base: string, repository: HubModel, response: Response): StudioError {
  const { name, revision, kind } = repository;
  const code = response.headers.get('x-error-code') ?? '';
  const files = kind === 'dataset' ? 'the file' : 'its folder';
  const byHand = `download it with your account and open ${files} from your disk.`;
  if (code === 'GatedRepo' || response.status === 403)
    return new StudioError(
      'input',
      `${name} is gated: its owner requires you to accept terms before downloading it.`,
      `Accept them on ${pageAddress(base, repository)}, then ${byHand}`,
    );
  if (code === 'RevisionNotFound')
    return new StudioError(
      'input',
      `${name} has no revision ${revision}.`,
      `See its revisions on ${pageAddress(base, repository)}/tree/main.`,
    );
  if (code === 'EntryNotFound')
    return new StudioError('input', `A file of ${name} is no longer on the hub.`, 'Start the download again.');
  // Without a login, the hub does not say whether a private model exists.
  if (response.status === 401 || response.status === 404)
    return new StudioError(
      'input',
      `No public ${kind === 'dataset' ? 'data set' : 'model'} ${name} at revision ${revision} was found.`,
      `Check the name on ${base}; if it is private, ${byHand}`,
    );
  if (response.status === 429)
    return new StudioError(
      'input',
      'The hub limits the rate of requests (status 429).',
      'Wait a few minutes and resume the download; the part that was loaded is kept.',
    );
  return new StudioError(
    'input',
    `The hub answered with status ${response.status}${response.statusText ? ` (${response.statusText})` : ''}.`,
    'Resume the download later; the part that was loaded is kept.',
  );
}
