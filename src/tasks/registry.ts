/** All tasks. A new one needs a file beside this one, a schema in run/config/task.ts, and a case here. */
import type { TaskConfig } from '../run/config.ts';
import { addition } from './addition.ts';
import { arithmetic } from './arithmetic.ts';
import type { Task } from './task.ts';

export function createTask(config: TaskConfig): Task {
  switch (config.name) {
    case 'addition':
      return addition(config);
    case 'arithmetic':
      return arithmetic(config);
  }
}
