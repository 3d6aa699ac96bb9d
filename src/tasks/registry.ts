/** All tasks. A new one needs a folder beside this file, a line here, and its lines in run/config/task.ts. */
import type { TaskConfig } from '../run/config.ts';
import type { GeneratedTaskConfig } from '../run/config/task.ts';
import { addition } from './addition/addition.ts';
import { arithmetic } from './arithmetic/arithmetic.ts';
import { countdown } from './countdown/countdown.ts';
import { datasetTask } from './dataset.ts';
import { programs } from './programs/programs.ts';
import { sorting } from './sorting/sorting.ts';
import type { TaskOptions, TaskSources } from './task-sources.ts';
import type { Task } from './task.ts';

type Config<N extends GeneratedTaskConfig['name']> = Extract<GeneratedTaskConfig, { name: N }>;

const GENERATED: { [N in GeneratedTaskConfig['name']]: (config: Config<N>) => Task } = {
  addition,
  arithmetic,
  programs,
  countdown,
  sorting,
};

/** @throws StudioError `input` for data that is missing, cannot be read, or has another content than its checksum */
export async function createTask(config: TaskConfig, sources: TaskSources, options: TaskOptions = {}): Promise<Task> {
  if (config.name !== 'dataset') return generatedTask(config);
  return datasetTask(config, sources, options);
}

/** A task that makes its own problems. */
export const generatedTask = <N extends GeneratedTaskConfig['name']>(config: Config<N>): Task =>
  GENERATED[config.name as N](config);
