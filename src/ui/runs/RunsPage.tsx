import './runs.css';
import './runs-narrow.css';
import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { foundRuns, orderedRuns, type Query } from '../../archive/run-list.ts';
import { strategyInfo, type BuiltInStrategy } from '../../run/strategies/strategy-config.ts';
import { tabArchive } from '../../store/archive.ts';
import { useRuns } from '../../store/runs-store.ts';
import { followStates } from '../../store/states-store.ts';
import { MainColumn } from '../MainColumn.tsx';
import { ChosenRuns } from './ChosenRuns.tsx';
import { exportRuns } from './export-runs.ts';
import { ImportRuns } from './ImportRuns.tsx';
import { LeftOutRows } from './LeftOutRows.tsx';
import { RunTable } from './RunTable.tsx';
import { StorageSection } from './StorageSection.tsx';
import { STATE_TITLES } from './RunState.tsx';
import { SweepTable } from './SweepTable.tsx';
import { WorkColumns } from '../WorkColumns.tsx';

/** Every run stored in this browser: search, compare, rename, export and import. */
export function RunsPage() {
  const { runs, sweeps, error, view, query, order } = useRuns();
  useEffect(() => {
    void useRuns.getState().open();
    const unwatch = tabArchive.watch(() => void useRuns.getState().refresh());
    const unfollow = followStates();
    return () => {
      unwatch();
      unfollow();
    };
  }, []);
  const found = useMemo(() => orderedRuns(foundRuns(runs ?? [], query), order), [runs, query, order]);
  return (
    <WorkColumns
      className="page two-columns"
      name="Search and import"
      jump="Search, filter, import"
      side={
        <>
          <Finder />
          <section className="section">
            <h2 className="section-title">Files</h2>
            <ImportRuns />
            <Button
              variant="default"
              size="xs"
              mt={6}
              fullWidth
              disabled={!runs || runs.length === 0}
              onClick={() =>
                void exportRuns(
                  (runs ?? []).map(({ id }) => id),
                  'gppo-studio-runs',
                )
              }
            >
              Export all as zip
            </Button>
            <p className="hint">
              A run folder contains config.json and metrics.jsonl, as written by the command line’s train. You can also
              drop folders and archives on this page.
            </p>
          </section>
          <StorageSection />
        </>
      }
    >
      <MainColumn label="Runs">
        {error && (
          <p className="note warning" role="alert">
            {error.message} {error.advice}
          </p>
        )}
        <LeftOutRows />
        {runs && runs.length === 0 && sweeps.length === 0 ? (
          <Nothing />
        ) : (
          runs && (
            <>
              {sweeps.length > 0 && (
                <SegmentedControl
                  className="runs-view"
                  size="xs"
                  aria-label="View"
                  value={view}
                  data={[
                    { value: 'runs', label: `Runs (${runs.length})` },
                    { value: 'comparisons', label: `Comparisons (${sweeps.length})` },
                  ]}
                  onChange={(value) => useRuns.getState().show(value as typeof view)}
                />
              )}
              {view === 'comparisons' && sweeps.length > 0 ? (
                <SweepTable sweeps={sweeps} runs={runs} />
              ) : (
                <>
                  <RunTable runs={found} total={runs.length} />
                  <ChosenRuns runs={runs} />
                </>
              )}
            </>
          )
        )}
      </MainColumn>
    </WorkColumns>
  );
}

function Nothing() {
  return (
    <div className="card card-empty" style={{ height: 320 }} data-testid="no-runs">
      <div>
        <p>
          <b>No runs yet</b>
        </p>
        <p>
          Runs from Train and Compare are stored here with their recipe and metrics, and survive reloads. Select two or
          more to overlay their curves and see which recipe fields differ.
        </p>
        <p>You can import runs of the command line as folders or zip archives.</p>
      </div>
    </div>
  );
}

function Finder() {
  const query = useRuns((state) => state.query);
  const runs = useRuns((state) => state.runs);
  const find = (change: Partial<Query>) => useRuns.getState().find(change);
  const strategies = useMemo(
    () => [...new Set((runs ?? []).flatMap(({ config }) => config.rl?.strategy.name ?? []))].sort(),
    [runs],
  );
  const titleOf = (name: string) =>
    name === 'custom' ? 'Custom strategy' : strategyInfo(name as BuiltInStrategy).title;
  return (
    <section className="section">
      <h2 className="section-title">Filter</h2>
      <TextInput
        size="xs"
        label="Search"
        placeholder="name, note, model, seed 7"
        value={query.text}
        onChange={(event) => find({ text: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        mt={6}
        label="Strategy"
        value={query.strategy}
        data={[{ value: '', label: 'any' }, ...strategies.map((value) => ({ value, label: titleOf(value) }))]}
        onChange={(event) => find({ strategy: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        mt={6}
        label="State"
        value={query.state}
        data={[
          { value: '', label: 'any' },
          ...Object.entries(STATE_TITLES).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(event) => find({ state: event.currentTarget.value as Query['state'] })}
      />
      <NativeSelect
        size="xs"
        mt={6}
        label="Source"
        value={query.origin}
        data={[
          { value: '', label: 'any' },
          { value: 'train', label: 'Train' },
          { value: 'comparison', label: 'comparisons' },
          { value: 'file', label: 'files' },
        ]}
        onChange={(event) => find({ origin: event.currentTarget.value as Query['origin'] })}
      />
    </section>
  );
}
