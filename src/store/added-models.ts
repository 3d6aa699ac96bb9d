/**
 * Models that the user added and kept policies, with their files, so that they can be added to a restarted worker.
 * Files are handles: their bytes are not copied.
 */
import type { CheckpointView, PickedFile } from '../views/models.ts';

export interface AddedModel {
  model: CheckpointView;
  files: PickedFile[];
  /** The checkpoint that an adapter's files belong to. */
  base?: string;
}

/** By id, in the order in which they were added: an adapter comes after its base. */
const added = new Map<string, AddedModel>();

export const rememberModel = (model: AddedModel): void => void added.set(model.model.id, model);
export const forgetModel = (id: string): void => void added.delete(id);
export const addedModels = (): AddedModel[] => [...added.values()];
export const filesOf = (id: string): PickedFile[] | undefined => added.get(id)?.files;
