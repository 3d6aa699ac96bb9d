import { Select } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { strategyNames, strategyOf } from '../../archive/run-list.ts';
import { LAST_RUN, NO_STORED_RUN, followStoredRun, showStoredRun, useStoredRun } from '../../store/stored-run-store.ts';
import { useRun } from '../../store/run-store.ts';
import { useRuns } from '../../store/runs-store.ts';
import { day, hour } from '../format.ts';
import { PresetMenu } from '../presets/PresetMenu.tsx';
import { StoredRunLegend } from './StoredRunLegend.tsx';
import { Smoothing } from './Smoothing.tsx';

/** Above the charts: the live run, the stored run to compare with, and smoothing. */
export function ChartBar() {
  const running = useRun((run) => run.running);
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
    <>
      <div className="chart-bar">
        <div className="shown-run" data-testid="shown-run">
          {running ? (
            <>
              Run <b>{running.name}</b> · {strategyNames([running])[0]}, seed {running.seed}
            </>
          ) : (
            <span className="aside">No run yet</span>
          )}
        </div>
        <PresetMenu />
        <div className="stored-run-field">
          <span aria-hidden>Compare with</span>
          <Select
            size="xs"
            aria-label="Compare with"
            searchable
            allowDeselect={false}
            comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
            maxDropdownHeight={320}
            nothingFoundMessage="No matching stored run"
            value={choice}
            data={[
              { value: NO_STORED_RUN, label: 'none' },
              { value: LAST_RUN, label: 'last run' },
              ...(stored.length > 0 ? [{ group: 'Stored runs', items: stored }] : []),
            ]}
            onDropdownOpen={() => void useRuns.getState().refresh()}
            onChange={(value) => value !== null && void showStoredRun(value)}
          />
        </div>
        <Smoothing />
      </div>
      <StoredRunLegend />
    </>
  );
}
