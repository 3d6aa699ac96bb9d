/** Tasks on data while a recipe is edited: a file is read again only when what is read of it changes. */
import type { RunSources } from '../session/resolved-run.ts';
import { SharedJob } from '../session/shared-job.ts';
import { datasetTaskOf } from '../tasks/dataset.ts';
import { createTask } from '../tasks/registry.ts';
import type { TaskSources } from '../tasks/task-sources.ts';
import type { Task } from '../tasks/task.ts';

/** Data sets kept at a time: that of the task, and the sources of SFT that are usually few. */
const KEPT = 8;

export class DataTasks {
  /** By what is read of them; the one that was used last is the last. */
  private readonly read = new Map<string, SharedJob<Task>>();

  constructor(private readonly sources: TaskSources) {}

  readonly create: RunSources['createTask'] = async (config, options = {}) => {
    if (config.name !== 'dataset') return createTask(config, this.sources);
    const key = JSON.stringify([config.data, config.columns, config.held_out]);
    const reading = this.read.get(key) ?? new SharedJob<Task>();
    this.read.delete(key);
    this.read.set(key, reading);
    for (const oldest of [...this.read.keys()].slice(0, -KEPT)) this.read.delete(oldest);
    const task = await reading.run(key, options, (shared) => createTask(config, this.sources, shared));
    const { config: named, problems } = task;
    if (named.name !== 'dataset' || problems.kind !== 'listed') throw new Error('a task on data has listed problems');
    return datasetTaskOf(problems, {
      ...config,
      data: named.data,
      ...(named.held_out && { held_out: named.held_out }),
    });
  };

  forget(): void {
    this.read.clear();
  }
}
