/** Where tasks find their files: folders on the command line; the browser's store, the hub or the studio itself. */
import type { DataReference } from '../data/config.ts';
import type { DataFile } from '../data/data-file.ts';

export interface TaskSources {
  /** @throws StudioError `input` naming a file that is not there and where it was looked for */
  data(reference: Pick<DataReference, 'path' | 'repository' | 'revision' | 'sha256'>): Promise<DataFile>;
}

export interface TaskOptions {
  signal?: AbortSignal;
  /** Called while a file is read. */
  onProgress?: (bytes: number, total: number) => void;
}
