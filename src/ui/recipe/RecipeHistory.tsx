import { ActionIcon } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useRecipe } from '../../store/recipe-store.ts';
import { useUndoKeys } from './use-undo-keys.ts';

/** Undo and redo of changes to the recipe. */
export function RecipeHistory() {
  useUndoKeys();
  const undoable = useRecipe((recipe) => recipe.past.length > 0);
  const redoable = useRecipe((recipe) => recipe.future.length > 0);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        disabled={!undoable}
        aria-label="Undo"
        title="Undo the last change of the recipe (Ctrl+Z)"
        aria-keyshortcuts="Control+Z Meta+Z"
        onClick={() => useRecipe.getState().undo()}
      >
        <IconArrowBackUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        disabled={!redoable}
        aria-label="Redo"
        title="Redo the change (Ctrl+Shift+Z)"
        aria-keyshortcuts="Control+Shift+Z Meta+Shift+Z"
        onClick={() => useRecipe.getState().redo()}
      >
        <IconArrowForwardUp size={15} aria-hidden />
      </ActionIcon>
    </>
  );
}
