import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { EVERYTHING, type Column } from '../../archive/run-list.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { useRuns } from '../../store/runs-store.ts';
import { exportRuns } from './export-runs.ts';
import { removeWithUndo } from './remove-runs.tsx';
import { RunEditor } from './RunEditor.tsx';
import { RunRows } from './RunRows.tsx';

const TITLES: Record<Column, string> = {
  name: 'Run',
  strategy: 'Strategy',
  seed: 'Seed',
  model: 'Model',
  steps: 'Steps',
  reward: metricOf('critic/score/mean').title,
  accuracy: 'Accuracy',
  started: 'Started',
  state: 'State',
};
const HELP: Partial<Record<Column, string>> = {
  accuracy: 'Last measured held-out accuracy: sampled, or greedy if nothing was sampled',
  reward: `Of the newest step. ${metricOf('critic/score/mean').help}`,
};

/** @param runs the filtered runs, in order @param total the number of all runs */
export function RunTable({ runs, total }: { runs: readonly ArchivedRun[]; total: number }) {
  const chosen = useRuns((state) => state.chosen);
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [edited, setEdited] = useState<ArchivedRun>();
  const all = runs.length > 0 && runs.every(({ id }) => chosen.has(id));
  return (
    <section className="card runs-card" aria-label="Runs">
      <h3 className="card-title">
        <span>
          {runs.length === total ? `${total} run${total === 1 ? '' : 's'}` : `${runs.length} of ${total} runs`}
        </span>
        <ChosenActions />
      </h3>
      {runs.length === 0 ? (
        <p className="hint">
          No matching runs.{' '}
          <Button size="compact-xs" variant="default" onClick={() => useRuns.getState().find(EVERYTHING)}>
            Clear filters
          </Button>
        </p>
      ) : (
        <div
          ref={setScroller}
          className="runs-scroll"
          tabIndex={0}
          role="group"
          aria-label="Table of runs"
          {...(chosen.size > 0 && { 'data-chosen': true })}
        >
          <table
            className="table run-table"
            role="table"
            aria-label="Runs"
            aria-rowcount={runs.length + 1}
            data-testid="run-table"
          >
            <thead role="rowgroup">
              <tr role="row" aria-rowindex={1}>
                <td role="cell">
                  <Checkbox
                    size="xs"
                    aria-label="Select all shown"
                    checked={all}
                    indeterminate={!all && runs.some(({ id }) => chosen.has(id))}
                    onChange={() =>
                      useRuns.getState().choose(
                        runs.map(({ id }) => id),
                        !all,
                      )
                    }
                  />
                </td>
                {(Object.keys(TITLES) as Column[]).map((column) => (
                  <SortHeader key={column} column={column} />
                ))}
                <th scope="col" role="columnheader">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <RunRows runs={runs} scroller={scroller} onEdit={setEdited} />
          </table>
        </div>
      )}
      {edited && <RunEditor run={edited} onClose={() => setEdited(undefined)} />}
    </section>
  );
}

function SortHeader({ column }: { column: Column }) {
  const order = useRuns((state) => state.order);
  const mine = order.column === column;
  return (
    <th
      scope="col"
      role="columnheader"
      className={`column-${column}`}
      title={HELP[column]}
      aria-sort={mine ? (order.descending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className="sort" onClick={() => useRuns.getState().sortBy(column)}>
        {TITLES[column]}
        <i aria-hidden>{mine ? (order.descending ? '↓' : '↑') : ''}</i>
      </button>
    </th>
  );
}

/** Actions for the selected runs. */
function ChosenActions() {
  const chosen = useRuns((state) => state.chosen);
  const runs = useRuns((state) => state.runs);
  if (chosen.size === 0) return <small>Select two or more runs to overlay their curves</small>;
  const ids = [...chosen.keys()];
  const resting = (runs ?? []).filter(({ id, state }) => chosen.has(id) && state !== 'running').map(({ id }) => id);
  return (
    <span className="chosen-actions">
      <small>{chosen.size} selected</small>
      <Button size="compact-xs" variant="default" onClick={() => void exportRuns(ids, 'gppo-studio-runs')}>
        Export
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        disabled={resting.length === 0}
        onClick={() => void removeWithUndo({ runs: resting })}
      >
        Delete
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={() => useRuns.getState().choose(ids, false)}>
        Clear selection
      </Button>
    </span>
  );
}
