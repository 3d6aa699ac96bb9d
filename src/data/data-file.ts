/** A file of data wherever it is: on disk, dropped on the page, in the browser's store, or on the hub. */
import { StudioError } from '../errors.ts';

export interface DataFile {
  /** File name, whose ending names the format; shown in messages. */
  name: string;
  /** In bytes. */
  size: number;
  /** Bytes from `start` up to and without `end`. */
  slice(start: number, end: number): Promise<Uint8Array>;
  /** The whole file, in pieces. */
  stream(): ReadableStream<Uint8Array>;
}

/** A Blob or File: dropped, picked, or from the browser's own file system. */
export function blobFile(blob: Blob, name: string): DataFile {
  return {
    name,
    size: blob.size,
    slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
    stream: () => blob.stream(),
  };
}

/** A file in memory. */
export function memoryFile(name: string, content: string | Uint8Array): DataFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  return {
    name,
    size: bytes.byteLength,
    slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
    stream: () =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(bytes);
          controller.close();
        },
      }),
  };
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Bytes of the file that have been read, and its size. */
  onProgress?: (done: number, total: number) => void;
  /** Sees every piece of a file that is read from its beginning to its end. */
  onBytes?: (bytes: Uint8Array) => void;
}

/** Larger pieces are cut, so that memory and the time between two pieces stay bounded. */
const LARGEST_PIECE = 1 << 20;
/** Longest time without letting other events in, ms. */
const LONGEST_BLOCK_MS = 50;

/**
 * The whole file in pieces of at most 1 MB. Lets other events of the thread in between.
 *
 * @throws StudioError `input` if the file can no longer be read, `cancelled`
 */
export async function* piecesOf(
  file: DataFile,
  { signal, onProgress, onBytes }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  const pause = breaks();
  let done = 0;
  try {
    for (;;) {
      checkCancelled(file, signal);
      const piece = await reader.read().catch((error: unknown) => {
        throw unreadable(file, error);
      });
      if (piece.done) return;
      for (let start = 0; start < piece.value.byteLength; start += LARGEST_PIECE) {
        const bytes = piece.value.subarray(start, start + LARGEST_PIECE);
        onBytes?.(bytes);
        done += bytes.byteLength;
        onProgress?.(done, file.size);
        await pause();
        checkCancelled(file, signal);
        yield bytes;
      }
    }
  } finally {
    // Also when the caller stops early.
    await reader.cancel().catch(() => undefined);
  }
}

export function checkCancelled(file: DataFile, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new StudioError('cancelled', `Reading ${file.name} was cancelled.`);
}

/** The file has changed or moved since it was picked. */
export function unreadable(file: DataFile, error: unknown): unknown {
  if (error instanceof StudioError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StudioError('input', `${file.name} cannot be read: ${reason}.`, 'Choose the file again.');
}

/** A function that lets other events of the thread in, at most once per 50 ms. */
export function breaks(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LONGEST_BLOCK_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  };
}
