import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRuns } from '../../store/runs-store.ts';

/** Milliseconds in which a deletion can be undone with the mouse. */
const UNDO_MS = 12_000;

/** Deletes at once and offers to undo; the space is freed when the offer expires. */
export async function removeWithUndo(what: { runs?: readonly string[]; sweeps?: readonly string[] }): Promise<void> {
  const { remove, undo, forget } = useRuns.getState();
  const gone = await remove(what);
  if (useRuns.getState().error || gone.runs.length + gone.sweeps.length === 0) return;
  const runs = `${gone.runs.length} run${gone.runs.length === 1 ? '' : 's'}`;
  const id = notifications.show({
    autoClose: UNDO_MS,
    withCloseButton: true,
    message: (
      <span className="undo">
        {gone.sweeps.length > 0 ? `Comparison with ${runs} deleted.` : `${runs} deleted.`}
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            void undo(gone).then(() => notifications.hide(id));
          }}
        >
          Undo
        </Button>
      </span>
    ),
    onClose: () => void forget(gone),
  });
}
