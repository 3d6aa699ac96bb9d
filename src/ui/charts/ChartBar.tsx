import { Select } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { strategyNames, strategyOf } from '../../archive/run-list.ts';
import { LAST_RUN, NO_GHOST, followGhost, showBehind, useGhost } from '../../store/ghost-store.ts';
import { useRun } from '../../store/run-store.ts';
import { useRuns } from '../../store/runs-store.ts';
import { day, hour } from '../format.ts';
import { PresetMenu } from '../presets/PresetMenu.tsx';
import { BehindLegend } from './BehindLegend.tsx';
import { Smoothing } from './Smoothing.tsx';

/** Above the charts: the run they show, the run behind it, and smoothing. */
export function ChartBar() {
  const running = useRun((run) => run.running);
  const recording = useRun((run) => run.recording);
  const choice = useGhost((state) => state.choice);
  const ghost = useGhost((state) => state.shown);
  const runs = useRuns((state) => state.runs);
  useEffect(() => followGhost(), []);
  const stored = useMemo(() => {
    const found = (runs ?? []).filter(({ id, records }) => records > 0 && id !== recording);
    // The chosen run has its name before the list is read.
    const all = ghost && !found.some(({ id }) => id === ghost.run.id) ? [ghost.run, ...found] : found;
    return [...all]
      .sort((a, b) => b.started - a.started)
      .map((run) => ({
        value: run.id,
        label: `${run.name} · ${strategyOf(run)} · ${day(run.started)}, ${hour(run.started)}`,
      }));
  }, [runs, ghost, recording]);
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
        <div className="behind-field">
          <span aria-hidden>Compare with</span>
          <Select
            size="xs"
            aria-label="Compare with"
            searchable
            allowDeselect={false}
            comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
            maxDropdownHeight={320}
            nothingFoundMessage="No stored run has this name"
            value={choice}
            data={[
              { value: NO_GHOST, label: 'none' },
              { value: LAST_RUN, label: 'last run' },
              ...(stored.length > 0 ? [{ group: 'Stored runs', items: stored }] : []),
            ]}
            onDropdownOpen={() => void useRuns.getState().refresh()}
            onChange={(value) => value !== null && void showBehind(value)}
          />
        </div>
        <Smoothing />
      </div>
      <BehindLegend />
    </>
  );
}
