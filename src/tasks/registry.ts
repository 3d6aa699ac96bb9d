/** All tasks. A new one needs a file beside this one, a schema in run/config/task.ts, and a case here. */
import type { DataReference } from '../data/config.ts';
import type { DataFile } from '../data/data-file.ts';
import type { TaskConfig } from '../run/config.ts';
import { addition } from './addition.ts';
import { arithmetic } from './arithmetic.ts';
import type { Task } from './task.ts';

/** Where tasks find their files. */
export interface TaskSources {
  /** @throws StudioError `input` naming a file that is not there and where it was looked for */
  data(reference: Pick<DataReference, 'path' | 'repository' | 'revision' | 'sha256'>): Promise<DataFile>;
}

export interface TaskOptions {
  signal?: AbortSignal;
  /** Called while a file is read. */
  onProgress?: (bytes: number, total: number) => void;
}

/** @throws StudioError `input` for data that is missing, has another content than the config names, or cannot be read */
export async function createTask(config: TaskConfig, sources: TaskSources, options: TaskOptions = {}): Promise<Task> {
  if (config.name !== 'dataset') return generatedTask(config);
  const { datasetTask } = await import('./dataset.ts');
  return datasetTask(config, sources, options);
}

/** A task that makes its own problems. */
export function generatedTask(config: Exclude<TaskConfig, { name: 'dataset' }>): Task {
  switch (config.name) {
    case 'addition':
      return addition(config);
    case 'arithmetic':
      return arithmetic(config);
  }
}
