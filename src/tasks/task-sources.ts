/** Where tasks find their files: folders on the command line; the browser's store, the hub or the studio itself. */
import type { DataReference } from '../data/config.ts';
import type { DataFile } from '../data/data-file.ts';

export interface TaskSources {
  /** @throws StudioError `input` naming a file that is not there and where it was looked for */
  data(reference: Pick<DataReference, 'path' | 'repository' | 'revision' | 'sha256'>): Promise<DataFile>;
}

/** How far the reading of a task is: a file in bytes, over all passes; then its rows in tokens. */
export interface TaskProgress {
  work: 'reading' | 'measuring';
  /** The file's name. */
  name: string;
  done: number;
  total: number;
  /** Rows so far. */
  rows?: number;
}

export interface TaskOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TaskProgress) => void) | undefined;
}
