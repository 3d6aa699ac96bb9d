/** All tasks. A new one needs a file beside this one, a schema in run/config/task.ts, and a case here. */
import type { TaskConfig } from '../run/config.ts';
import { addition } from './addition.ts';
import { arithmetic } from './arithmetic.ts';
import { datasetTask } from './dataset.ts';
import type { TaskOptions, TaskSources } from './task-sources.ts';
import type { Task } from './task.ts';

/** @throws StudioError `input` for data that is missing, cannot be read, or has another content than its checksum */
export async function createTask(config: TaskConfig, sources: TaskSources, options: TaskOptions = {}): Promise<Task> {
  if (config.name !== 'dataset') return generatedTask(config);
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
