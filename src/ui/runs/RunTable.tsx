import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { EVERYTHING, type Column } from '../../archive/run-list.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { useRuns } from '../../store/runs-store.ts';
import { exportRuns } from './export-runs.ts';
import { removeWithUndo } from './remove-runs.tsx';
import { RunEditor } from './RunEditor.tsx';
import { RunRow } from './RunRow.tsx';

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

/** Rows shown initially; more on demand. */
const PAGE_ROWS = 100;

/** @param runs the filtered runs, in order @param total the number of all runs */
export function RunTable({ runs, total }: { runs: readonly ArchivedRun[]; total: number }) {
  const chosen = useRuns((state) => state.chosen);
  const [most, setMost] = useState(PAGE_ROWS);
  const [edited, setEdited] = useState<ArchivedRun>();
  const shown = runs.slice(0, most);
  const all = shown.length > 0 && shown.every(({ id }) => chosen.has(id));
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
          className="runs-scroll"
          {...(chosen.size > 0 && { 'data-chosen': true, tabIndex: 0, role: 'group', 'aria-label': 'Table of runs' })}
        >
          <table className="table run-table" role="table" data-testid="run-table">
            <thead role="rowgroup">
              <tr role="row">
                <td role="cell">
                  <Checkbox
                    size="xs"
                    aria-label="Select all shown"
                    checked={all}
                    indeterminate={!all && shown.some(({ id }) => chosen.has(id))}
                    onChange={() =>
                      useRuns.getState().choose(
                        shown.map(({ id }) => id),
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
            <tbody role="rowgroup">
              {shown.map((run) => (
                <RunRow key={run.id} run={run} color={chosen.get(run.id)} onEdit={setEdited} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {runs.length > most && (
        <Button size="compact-xs" variant="default" onClick={() => setMost(most + PAGE_ROWS)}>
          Show {Math.min(PAGE_ROWS, runs.length - most)} more
        </Button>
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
