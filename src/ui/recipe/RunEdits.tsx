import { Button } from '@mantine/core';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRunEdits } from '../../store/run-edits.ts';
import { useRun } from '../../store/run-store.ts';

/** Counts the fields that were edited since the active run started, and reverts them. */
export function RunEdits() {
  const { size } = useRunEdits();
  if (size === 0) return null;
  const revert = () => {
    const { running } = useRun.getState();
    if (running) useRecipe.getState().revertTo(running);
  };
  return (
    <p className="recipe-line" role="status" data-testid="run-edits">
      This run uses the recipe it started with. {size === 1 ? '1 edit applies' : `${size} edits apply`} to the next run.
      <Button size="compact-xs" variant="default" onClick={revert}>
        Revert edits
      </Button>
    </p>
  );
}
