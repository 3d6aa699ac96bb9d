/** A model on a hub: its commit, and those of its files that a checkpoint needs. */
import { StudioError } from '../errors.ts';
import { TOKENIZER_FILES } from './checkpoint.ts';
import type { SourceFile } from './checkpoint-source.ts';
import { informationAddress, pageAddress, type HubModel } from './hub-address.ts';
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
  const response = await request(informationAddress(base, model), signal, {});
  if (!response.ok) throw refused(base, model, response);
  const information: unknown = await response.json().catch(() => undefined);
  const { sha, siblings } = isObject(information) ? information : {};
  if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings))
    throw new StudioError(
      'input',
      `${base} answered with something that is no list of a model's files.`,
      'Is this the address of a hub?',
    );
  const all = siblings
    .filter(isObject)
    .flatMap(({ rfilename, size }): SourceFile[] =>
      typeof rfilename === 'string' && typeof size === 'number' ? [{ path: rfilename, size }] : [],
    );
  const files = chosen(all);
  if (!files.some(({ path }) => path === 'config.json') || !files.some(({ path }) => path.endsWith('.safetensors'))) {
    const other = all.some(({ path }) => /\.(bin|gguf|pt|pth)$/.test(path));
    throw new StudioError(
      'input',
      `${model.name} has no ${files.some(({ path }) => path === 'config.json') ? 'weights in safetensors' : 'config.json'}${other ? ', only in formats that are not read here' : ''}.`,
      'Choose a model that has config.json and model.safetensors.',
    );
  }
  return { ...model, commit: sha, files };
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
      'Check the connection and try again; what was loaded is kept.',
    );
  }
}

export const cancelled = () =>
  new StudioError('cancelled', 'The download was cancelled.', 'What was loaded is kept, and goes on from there.');

/** The reason for a hub's refusal: status, and its own `X-Error-Code`. */
export function refused(base: string, { name, revision }: HubModel, response: Response): StudioError {
  const code = response.headers.get('x-error-code') ?? '';
  const byHand = 'download it with your account elsewhere, and drop its folder here.';
  if (code === 'GatedRepo' || response.status === 403)
    return new StudioError(
      'input',
      `${name} is gated: its owner asks for an agreement before it can be loaded.`,
      `Agree on ${pageAddress(base, name)}, ${byHand}`,
    );
  if (code === 'RevisionNotFound')
    return new StudioError(
      'input',
      `${name} has no revision ${revision}.`,
      `Its revisions stand on ${pageAddress(base, name)}/tree/main.`,
    );
  if (code === 'EntryNotFound')
    return new StudioError('input', `A file of ${name} is not there any more.`, 'Start the download again.');
  // Without a login, the hub does not say whether a private model exists.
  if (response.status === 401 || response.status === 404)
    return new StudioError(
      'input',
      `There is no public model ${name} at revision ${revision}.`,
      `Check the name on ${base}; if it is private, ${byHand}`,
    );
  if (response.status === 429)
    return new StudioError(
      'input',
      'The hub asks for fewer requests (429).',
      'Wait a few minutes and try again; what was loaded is kept.',
    );
  return new StudioError(
    'input',
    `The hub answered with status ${response.status}${response.statusText ? ` (${response.statusText})` : ''}.`,
    'Try again later; what was loaded is kept.',
  );
}
