/** Lets the browser save the files of a checkpoint or an adapter. */
import type { SavedFile } from '../../views/models.ts';
import { download } from '../download.ts';
import { zipParts } from '../zip.ts';

export const FORMS = { zip: 'zip archive', files: 'single files' } as const;
export type Form = keyof typeof FORMS;

/** @param name of the archive, and of the folder in it */
export function saveFiles(name: string, files: readonly SavedFile[], form: Form): void {
  if (form === 'zip')
    download(`${name}.zip`, ...zipParts(files.map(({ path, data }) => ({ path: `${name}/${path}`, data }))));
  else for (const { path, data } of files) download(path, data);
}
