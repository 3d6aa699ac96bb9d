/** Where the command line finds the data of a task: beside the config, in the current folder, in --data, on the hub. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataFile } from '../data/data-file.ts';
import { StudioError } from '../errors.ts';
import { runSources, type RunSources } from '../session/resolved-run.ts';
import type { TaskSources } from '../tasks/task-sources.ts';
import type { Arguments } from './arguments.ts';
import { openDataFile } from './data-file.ts';
import { hubDataFile } from './hub-data.ts';

const SHIPPED = fileURLToPath(new URL('../../public/data/', import.meta.url));
const EMBEDDED = 'embedded:';

/** @param folders in the order in which they are searched */
export function folderData(folders: readonly string[]): TaskSources {
  return {
    data: async ({ path, repository, ...content }): Promise<DataFile> => {
      if (repository !== undefined) return hubDataFile({ path, repository, ...content });
      const places = path.startsWith(EMBEDDED)
        ? [join(SHIPPED, path.slice(EMBEDDED.length))]
        : isAbsolute(path)
          ? [path]
          : folders.map((folder) => resolve(folder, path));
      for (const place of new Set(places))
        if ((await stat(place).catch(() => undefined))?.isFile()) return openDataFile(place);
      throw new StudioError(
        'input',
        `task.data: the file ${path} was not found; looked for ${[...new Set(places)].join(' and ')}.`,
        'Give the folder that has it with --data.',
        'task.data',
      );
    },
  };
}

/** The sources of a command that reads a config or a task. @param path of that file */
export function cliSources({ values }: Arguments, path: string): RunSources {
  return runSources(folderData(dataFolders(values['data'], path)));
}

export function dataFolders(given: Arguments['values'][string], path: string): string[] {
  return typeof given === 'string' ? [given] : [dirname(path), '.'];
}
