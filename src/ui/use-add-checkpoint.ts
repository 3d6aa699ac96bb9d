import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { StudioError } from '../errors.ts';
import { useRecipe } from '../store/recipe-store.ts';
import { useRun } from '../store/run-store.ts';
import type { CheckpointView, PickedFile } from '../views/models.ts';
import { compact } from './format.ts';

/**
 * Adds a checkpoint folder, or that of an adapter for the recipe's checkpoint, and chooses it in the recipe.
 *
 * @returns the checkpoint if it can be trained
 */
export function useAddCheckpoint(): (
  files: PickedFile[] | Promise<PickedFile[]>,
) => Promise<CheckpointView | undefined> {
  return useCallback(async (picked) => {
    const { addFiles, showError } = useRun.getState();
    let files: PickedFile[];
    try {
      files = await picked;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      showError({ kind: error.kind, message: error.message, advice: error.advice });
      return undefined;
    }
    const { model } = useRecipe.getState().config;
    const added = await addFiles(files, 'checkpoint' in model ? model.checkpoint : undefined);
    if (!added) return undefined;
    useRecipe.getState().startFrom(added);
    notifications.show({
      title: `${added.name} loaded`,
      message:
        `${compact(added.parameters)} parameters, ${added.layers} layers. ` +
        `${added.hasTokenizer ? '' : 'It has no tokenizer: add tokenizer.json to the folder to train on a task.'}`,
      color: added.hasTokenizer ? 'teal' : 'yellow',
    });
    return added;
  }, []);
}
