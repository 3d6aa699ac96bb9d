/**
 * The list of a run's kept states, in two files that are written in turn: each names its number and its checksum, and
 * the newest whole one counts. A tab that is closed while it writes leaves the other one.
 */
import { z } from 'zod';
import { TaskConfig } from '../run/config/task.ts';
import type { KeptState } from '../views/states.ts';

const SLOTS = ['manifest-0.json', 'manifest-1.json'] as const;

const whole = z.number().int().min(0);
const checksum = z.string().regex(/^[0-9a-f]{64}$/);

const StoredState = z.object({
  id: z.string(),
  file: z.string(),
  bytes: whole,
  /** Checksums (SHA-256) of the file's pieces, in order. */
  pieces: z.array(z.object({ bytes: whole, sha256: checksum })).min(1),
  /** The records of the run before the state: the first bytes of a metrics.jsonl. */
  metrics: z.object({ file: z.string(), bytes: whole, sha256: checksum }),
  phase: z.enum(['sft', 'rl']),
  step: whole,
  made: whole,
  records: whole,
  written: whole,
  accuracy: z.number().optional(),
  pinned: z.literal(true).optional(),
  complete: z.literal(true).optional(),
  failed: z.string().optional(),
});
export type StoredState = z.infer<typeof StoredState>;

const Manifest = z.object({
  version: z.literal(1),
  /** Increases with every change. */
  number: whole,
  run: z.string(),
  name: z.string(),
  started: whole,
  /** The version of the studio that wrote it. */
  library: z.string(),
  /** A RunConfig, checked when it is used. */
  config: z.record(z.string(), z.unknown()),
  /** Its policy as a model of a list. */
  model: z.object({
    architecture: z.string(),
    bytes: whole,
    precision: z.string(),
    tokenizer: z.string(),
    parameters: whole,
    layers: whole,
    hiddenSize: whole,
    heads: whole,
    keyValueHeads: whole,
    vocabularySize: whole,
    maxPositions: whole,
    hasTokenizer: z.boolean(),
    loraTargets: z.array(z.string()),
    description: z.string(),
    task: TaskConfig.optional(),
  }),
  /** In the order in which they were kept. */
  states: z.array(StoredState),
});
export type Manifest = z.infer<typeof Manifest>;

/** The newest manifest that is whole; undefined if there is none. */
export async function readManifest(folder: FileSystemDirectoryHandle): Promise<Manifest | undefined> {
  const found = (await Promise.all(SLOTS.map((slot) => readSlot(folder, slot)))).filter((one) => one !== undefined);
  return found.sort((a, b) => b.number - a.number)[0];
}

async function readSlot(folder: FileSystemDirectoryHandle, slot: string): Promise<Manifest | undefined> {
  try {
    const text = await (await (await folder.getFileHandle(slot)).getFile()).text();
    const [sum = '', body = ''] = [text.slice(0, 64), text.slice(65)];
    if ((await sha256(new TextEncoder().encode(body))) !== sum) return undefined;
    return Manifest.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Writes over the older of the two files. */
export async function writeManifest(folder: FileSystemDirectoryHandle, manifest: Manifest): Promise<void> {
  const body = JSON.stringify(manifest);
  const text = new TextEncoder().encode(`${await sha256(new TextEncoder().encode(body))}\n${body}`);
  await writeFile(folder, SLOTS[manifest.number % 2] as string, [text]);
}

/** Whether a file of a run's folder is one of the manifest's. */
export const isManifest = (name: string): boolean => (SLOTS as readonly string[]).includes(name);

/**
 * Replaces a file's content. @throws the browser's QuotaExceededError where the storage is full, or an Error if a write
 * is short
 */
export async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  pieces: Iterable<Uint8Array<ArrayBuffer>> | AsyncIterable<Uint8Array<ArrayBuffer>>,
  at = 0,
): Promise<number> {
  const access = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  try {
    access.truncate(at);
    let end = at;
    for await (const piece of pieces) {
      const written = access.write(piece, { at: end });
      end += written;
      if (written < piece.byteLength) throw new DOMException('A write was short.', 'QuotaExceededError');
    }
    return end;
  } finally {
    access.close();
  }
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The newest two (should one be damaged, the other is whole), the best by held-out accuracy, and pinned ones. */
export function thinned(states: readonly StoredState[]): StoredState[] {
  const best = bestOf(states);
  return states.filter((state, i) => i >= states.length - 2 || state === best || state.pinned);
}

/** The highest accuracy; the newest of equal ones. */
export const bestOf = <S extends Pick<KeptState, 'accuracy'>>(states: readonly S[]): S | undefined =>
  states.reduce<S | undefined>(
    (best, state) => (state.accuracy !== undefined && state.accuracy >= (best?.accuracy ?? -Infinity) ? state : best),
    undefined,
  );
