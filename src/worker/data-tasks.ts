/** Tasks on data while a recipe is edited: a file is read again only when what is read of it changes. */
import type { RunSources } from '../session/resolved-run.ts';
import { datasetTaskOf } from '../tasks/dataset.ts';
import { createTask } from '../tasks/registry.ts';
import type { TaskSources } from '../tasks/task-sources.ts';
import type { Task } from '../tasks/task.ts';

export class DataTasks {
  private last: { key: string; task: Promise<Task> } | undefined;

  constructor(private readonly sources: TaskSources) {}

  readonly create: RunSources['createTask'] = async (config) => {
    if (config.name !== 'dataset') return createTask(config, this.sources);
    const key = JSON.stringify([config.data, config.columns, config.held_out]);
    if (this.last?.key !== key) this.last = { key, task: createTask(config, this.sources) };
    const reading = this.last;
    const task = await reading.task.catch((error: unknown) => {
      if (this.last === reading) this.last = undefined;
      throw error;
    });
    const { config: named, problems } = task;
    if (named.name !== 'dataset' || problems.kind !== 'listed') throw new Error('a task on data has listed problems');
    return datasetTaskOf(problems, {
      ...config,
      data: named.data,
      ...(named.held_out && { held_out: named.held_out }),
    });
  };

  forget(): void {
    this.last = undefined;
  }
}
