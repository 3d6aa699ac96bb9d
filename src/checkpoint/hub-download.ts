/**
 * Downloads the files of a hub model one after the other by appending, so that a download that failed, was cancelled or
 * lost its tab resumes where it stopped (HTTP ranges, RFC 9110 section 14). A complete file is compared with the
 * checksum that the hub lists.
 */
import { StudioError } from '../errors.ts';
import type { SourceFile } from './checkpoint-source.ts';
import { fileAddress } from './hub-address.ts';
import { cancelled, refused, request, type HubListing } from './hub-listing.ts';

/** A file that is written sequentially. */
export interface GrowingFile {
  /** Bytes present. */
  size(): number;
  append(bytes: Uint8Array<ArrayBuffer>): void;
  /** Empties the file. */
  clear(): void;
  /** SHA-256 of its contents; missing for a file that was complete, and therefore checked, when it was opened. */
  sha256?(signal: AbortSignal): Promise<string>;
  /** Closes the file and keeps its contents. */
  close(): void;
}

export interface DownloadOptions {
  base: string;
  signal: AbortSignal;
  /** Opens the existing part of a file, or a new one. */
  open(file: SourceFile): Promise<GrowingFile>;
  /** Bytes of a file that are present; `waiting`: the connection failed, and the next attempt is in this many ms. */
  onProgress(path: string, loaded: number, waiting?: number): void;
  /** A file is loaded, and its checksum is computed. */
  onCheck?(path: string): void;
  /** Called with a complete file, before the next one starts. */
  onFile?(path: string): Promise<void>;
  /** Waits between attempts; for tests. */
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Consecutive attempts without new bytes before it is an error. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;

/**
 * @throws StudioError `input` with the reason, `cancelled`, or as `open` and `append`; all downloaded bytes are kept,
 *   except those of a file that is not what the hub lists
 */
export async function downloadModel(listing: HubListing, options: DownloadOptions): Promise<void> {
  for (const { path, size, sha256 } of listing.files) {
    const file = await options.open({ path, size });
    try {
      await downloadFile(listing, path, size, file, options);
      if (sha256 !== undefined) await check(path, sha256, file, options);
    } finally {
      file.close();
    }
    await options.onFile?.(path);
  }
}

async function check(path: string, expected: string, file: GrowingFile, options: DownloadOptions): Promise<void> {
  if (!file.sha256) return;
  options.onCheck?.(path);
  const found = await file.sha256(options.signal);
  if (options.signal.aborted) throw cancelled();
  if (found === expected) return;
  file.clear();
  options.onProgress(path, 0);
  throw otherContent(path, expected, found);
}

async function downloadFile(
  listing: HubListing,
  path: string,
  size: number,
  file: GrowingFile,
  options: DownloadOptions,
): Promise<void> {
  const { signal, onProgress, wait = pause } = options;
  if (file.size() > size) file.clear();
  onProgress(path, file.size());
  for (let failures = 0; file.size() < size;) {
    if (signal.aborted) throw cancelled();
    const before = file.size();
    let problem: StudioError;
    try {
      await fetchRest(listing, path, size, file, options);
      continue;
    } catch (error) {
      if (signal.aborted) throw cancelled();
      if (!(error instanceof BrokenOff)) throw error;
      problem = error.problem;
    }
    failures = file.size() > before ? 1 : failures + 1;
    if (failures >= ATTEMPTS) throw problem;
    const milliseconds = FIRST_WAIT_MS * 2 ** (failures - 1);
    onProgress(path, file.size(), milliseconds);
    await wait(milliseconds, signal);
  }
}

/** A failure that a new attempt may resolve. */
class BrokenOff extends Error {
  constructor(readonly problem: StudioError) {
    super(problem.message);
  }
}

async function fetchRest(
  listing: HubListing,
  path: string,
  size: number,
  file: GrowingFile,
  { base, signal, onProgress }: DownloadOptions,
): Promise<void> {
  const start = file.size();
  const address = fileAddress(base, listing, path);
  const response = await request(address, signal, start > 0 ? { Range: `bytes=${start}-` } : {}).catch(
    (error: unknown) => {
      throw error instanceof StudioError && error.kind === 'input' ? new BrokenOff(error) : error;
    },
  );
  if (response.status >= 500 || response.status === 429) throw new BrokenOff(refused(base, listing, response));
  if (response.status === 416) {
    // The bytes present are not a prefix of this file.
    file.clear();
    throw new BrokenOff(new StudioError('input', `${path} cannot be resumed.`, 'Start the download again.'));
  }
  if (!response.ok || !response.body) throw refused(base, listing, response);
  // A server without range support answers with the whole file.
  if (start > 0 && (response.status !== 206 || !response.headers.get('content-range')?.startsWith(`bytes ${start}-`)))
    file.clear();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new BrokenOff(
          new StudioError(
            'input',
            `The download of ${path} failed (${error instanceof Error ? error.message : String(error)}).`,
            'Check the connection and resume the download; the part that was loaded is kept.',
          ),
        );
      });
      if (done) break;
      if (file.size() + value.byteLength > size)
        throw new StudioError(
          'input',
          `${path} is longer than the ${size} bytes that the hub listed.`,
          'Start the download again.',
        );
      file.append(value);
      onProgress(path, file.size());
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (file.size() < size)
    throw new BrokenOff(
      new StudioError(
        'input',
        `The download of ${path} ended after ${file.size()} of ${size} bytes.`,
        'Resume the download; the part that was loaded is kept.',
      ),
    );
}

/** A complete download that is not the file that the hub listed. */
const otherContent = (path: string, expected: string, found: string): StudioError =>
  new StudioError(
    'input',
    `${path} was loaded with another content than the hub lists: expected SHA-256 ${expected}, found ${found}.`,
    'It was deleted. Start the download again.',
  );

/** Ends early when cancelled. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
