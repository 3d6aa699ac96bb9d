/** Files of a folder that was dropped or picked, with their paths inside it. */
import { StudioError } from '../errors.ts';
import type { PickedFile } from '../views/models.ts';

/** A checkpoint has a dozen files: with more, it is another folder, and reading all of it could take very long. */
const MOST_FILES = 500;

export function fromInput(list: FileList): PickedFile[] {
  return Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** @throws StudioError `input` where there are too many files, or one cannot be read */
export async function fromDrop(transfer: DataTransfer): Promise<PickedFile[]> {
  // Entries are gone after the event: take them all before the first await.
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return Array.from(transfer.files, (file) => ({ path: file.name, file }));
  const files: PickedFile[] = [];
  try {
    for (const entry of entries) await collect(entry, files);
  } catch (error) {
    if (error instanceof DOMException)
      throw new StudioError(
        'input',
        `The dropped folder cannot be read: ${error.message}`,
        'Select it with the button instead.',
      );
    throw error;
  }
  return files;
}

async function collect(entry: FileSystemEntry, files: PickedFile[]): Promise<void> {
  if (files.length >= MOST_FILES)
    throw new StudioError(
      'input',
      `The dropped folder has more than ${MOST_FILES} files.`,
      'Drop the checkpoint folder itself: the one that contains config.json.',
    );
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    files.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const children = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (children.length === 0) return;
    for (const child of children) await collect(child, files);
  }
}
