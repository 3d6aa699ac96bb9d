import { shownState, useRun } from '../store/run-store.ts';

/** What a step's record says of it in words: why its batch is not full. Stays until a later step has a note. */
export function RecordNote() {
  const noted = useRun((run) => run.frame?.noted);
  const shown = useRun((run) => !['idle', 'preparing'].includes(shownState(run)));
  if (!noted || !shown) return null;
  const { step, note, count } = noted;
  return (
    <p className="note" role="status" data-testid="record-note">
      <b>
        Short batch in step {step}
        {count > 1 && ` and ${count - 1} earlier ${count === 2 ? 'step' : 'steps'}`}.
      </b>{' '}
      {note}
    </p>
  );
}
