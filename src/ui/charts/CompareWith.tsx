import { memo, useEffect, useMemo } from 'react';
import { strategyOf } from '../../archive/run-list.ts';
import { LAST_RUN, NO_STORED_RUN, followStoredRun, showStoredRun, useStoredRun } from '../../store/stored-run-store.ts';
import { useRun } from '../../store/run-store.ts';
import { useRuns } from '../../store/runs-store.ts';
import { day, hour } from '../format.ts';
import { SearchSelect } from '../inputs/SearchSelect.tsx';

/** Selects the stored run that is drawn behind the live one. */
export const CompareWith = memo(function CompareWith() {
  const recording = useRun((run) => run.recording);
  const choice = useStoredRun((state) => state.choice);
  const storedRun = useStoredRun((state) => state.shown);
  const runs = useRuns((state) => state.runs);
  useEffect(() => followStoredRun(), []);
  const stored = useMemo(() => {
    const found = (runs ?? []).filter(({ id, records }) => records > 0 && id !== recording);
    // The chosen run has its name before the list is read.
    const all = storedRun && !found.some(({ id }) => id === storedRun.run.id) ? [storedRun.run, ...found] : found;
    return [...all]
      .sort((a, b) => b.started - a.started)
      .map((run) => ({
        value: run.id,
        label: `${run.name} · ${strategyOf(run)} · ${day(run.started)}, ${hour(run.started)}`,
      }));
  }, [runs, storedRun, recording]);
  return (
    <div className="stored-run-field">
      <span aria-hidden>Compare with</span>
      <SearchSelect
        label="Compare with"
        comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
        maxDropdownHeight={320}
        nothingFoundMessage="No matching stored run"
        value={choice}
        entries={[
          { value: NO_STORED_RUN, label: 'none' },
          { value: LAST_RUN, label: 'last run' },
          ...(stored.length > 0 ? [{ group: 'Stored runs', items: stored }] : []),
        ]}
        onOpen={() => void useRuns.getState().refresh()}
        onChange={(value) => void showStoredRun(value)}
      />
    </div>
  );
});
