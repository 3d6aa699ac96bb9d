/**
 * A checkpoint folder from any place: on disk, dropped on a page, cached by the browser, or served. Files are read by
 * ranges.
 */
import { inputError, StudioError } from '../errors.ts';

export interface SourceFile {
  /** Inside the folder, for example `model.safetensors`. */
  path: string;
  /** Bytes. */
  size: number;
  /** Checksum, 64 hexadecimal digits, where a hub lists it. */
  sha256?: string;
}

export interface CheckpointSource {
  name: string;
  list(): Promise<SourceFile[]>;
  /**
   * Bytes `start` to `end` (exclusive) of a file; without them the whole file.
   *
   * @throws StudioError `input` if the file does not exist or can no longer be read
   */
  read(path: string, start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Files in memory. */
export function memorySource(name: string, files: Readonly<Record<string, string | Uint8Array>>): CheckpointSource {
  const bytes = new Map(
    Object.entries(files).map(([path, data]) => [
      path,
      typeof data === 'string' ? new TextEncoder().encode(data) : data,
    ]),
  );
  return {
    name,
    list: () => Promise.resolve([...bytes].map(([path, { byteLength }]) => ({ path, size: byteLength }))),
    read: (path, start = 0, end) => {
      const file = bytes.get(path);
      return file
        ? Promise.resolve(file.slice(start, end))
        : Promise.reject(inputError(`${name}/${path}`, 'file not found'));
    },
  };
}

/** Blobs and Files, from a dropped folder or the browser's own file system. Only the requested ranges are read. */
export function blobSource(name: string, files: ReadonlyMap<string, Blob>): CheckpointSource {
  return {
    name,
    list: () => Promise.resolve([...files].map(([path, { size }]) => ({ path, size }))),
    read: async (path, start, end) => {
      const file = files.get(path);
      if (!file) throw inputError(`${name}/${path}`, 'file not found');
      try {
        return new Uint8Array(
          await (start === undefined && end === undefined ? file : file.slice(start, end)).arrayBuffer(),
        );
      } catch (error) {
        // The file has changed or moved since it was picked.
        throw new StudioError(
          'input',
          `${name}/${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
          'Choose the folder again.',
        );
      }
    },
  };
}

/**
 * The folder of a source that contains a file (a checkpoint's config.json), the shallowest of several; the source
 * itself if no folder does.
 */
export async function checkpointFolder(source: CheckpointSource, file = 'config.json'): Promise<CheckpointSource> {
  const files = await source.list();
  const config = files
    .map(({ path }) => path)
    .filter((path) => path.split('/').at(-1) === file)
    .sort((a, b) => a.length - b.length)[0];
  const prefix = config?.slice(0, -file.length) ?? '';
  if (prefix === '') return source;
  return {
    name: prefix.split('/').filter(Boolean).at(-1) ?? source.name,
    list: () =>
      Promise.resolve(
        files
          .filter(({ path }) => path.startsWith(prefix))
          .map(({ path, size }) => ({ path: path.slice(prefix.length), size })),
      ),
    read: (path, start, end) => source.read(prefix + path, start, end),
  };
}
