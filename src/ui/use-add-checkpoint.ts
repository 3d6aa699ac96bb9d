import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useRecipe } from '../store/recipe-store.ts';
import { useRun } from '../store/run-store.ts';
import type { PickedFile } from '../worker/protocol.ts';
import { compact } from './format.ts';

/** Adds a checkpoint folder and chooses it in the recipe. */
export function useAddCheckpoint(): (files: PickedFile[]) => Promise<void> {
  return useCallback(async (files) => {
    const added = await useRun.getState().addFiles(files);
    if (!added) return;
    const { set } = useRecipe.getState();
    set('model', { checkpoint: added.id });
    if (added.task) set('task', added.task);
    notifications.show({
      title: `${added.name} loaded`,
      message: `${compact(added.parameters)} parameters, ${added.layers} layers. ${added.hasTokenizer ? '' : 'It has no tokenizer: training on a task needs tokenizer.json in the folder.'}`,
      color: added.hasTokenizer ? 'teal' : 'yellow',
    });
  }, []);
}
