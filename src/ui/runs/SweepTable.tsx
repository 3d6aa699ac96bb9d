import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { armsOf, countRuns } from '../../compare/sweep.ts';
import { useCompareMode } from '../../store/compare-mode.ts';
import { isComparing, restoreComparison, useCompare } from '../../store/compare-store.ts';
import { usePage } from '../../store/page-store.ts';
import type { ArchivedSweep } from '../../store/archive-db.ts';
import { day, hour, isThisYear, moment } from '../format.ts';
import { exportSweepReport } from './export-report.ts';
import { exportRuns } from './export-runs.ts';
import { removeWithUndo } from './remove-runs.tsx';
import { RunState } from './RunState.tsx';

async function open({ id }: ArchivedSweep): Promise<void> {
  await restoreComparison(id);
  useCompareMode.setState({ mode: 'sweep' });
  usePage.getState().go('compare');
}

/** Stored comparisons; their runs are in the table of runs. */
export function SweepTable({ sweeps, runs }: { sweeps: readonly ArchivedSweep[]; runs: readonly ArchivedRun[] }) {
  const busy = useCompare(isComparing);
  return (
    <section className="card runs-card" aria-label="Comparisons">
      <h3 className="card-title">
        {sweeps.length} comparison{sweeps.length === 1 ? '' : 's'}
      </h3>
      <div className="table-box">
        <table className="table run-table sweep-table" data-testid="sweep-table">
          <thead>
            <tr>
              <th scope="col">Comparison</th>
              <th scope="col">Arms</th>
              <th scope="col">Seeds</th>
              <th scope="col">Runs completed</th>
              <th scope="col">Started</th>
              <th scope="col" className="column-state">
                State
              </th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sweeps.map((one) => {
              const { sweep } = one;
              const mine = runs.filter((run) => run.sweep?.id === one.id);
              const made = mine.filter(({ state }) => state === 'complete' || state === 'failed').length;
              return (
                <tr key={one.id} data-testid="sweep-row">
                  <th scope="row">{sweep.name}</th>
                  <td className="sweep-strategies">
                    {armsOf(sweep)
                      .map(({ label }) => label)
                      .join(', ')}
                  </td>
                  <td>{sweep.seeds.join(', ')}</td>
                  <td>
                    {made} <span className="aside">of {countRuns(sweep)}</span>
                  </td>
                  <td title={moment(one.started)}>
                    {day(one.started)}
                    {isThisYear(one.started) && <span className="time">, {hour(one.started)}</span>}
                  </td>
                  <td className="column-state">
                    <RunState of={one} />
                  </td>
                  <td className="sweep-actions">
                    <Button
                      size="compact-xs"
                      variant="light"
                      disabled={busy || one.state === 'running'}
                      onClick={() => void open(one)}
                    >
                      Open
                    </Button>
                    <Menu position="bottom-end" shadow="md" withinPortal>
                      <Menu.Target>
                        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Actions for ${sweep.name}`}>
                          <IconDots size={15} aria-hidden />
                        </ActionIcon>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item
                          onClick={() =>
                            void exportRuns(
                              mine.map(({ id }) => id),
                              sweep.name,
                              sweep,
                            )
                          }
                        >
                          Export runs as zip
                        </Menu.Item>
                        <Menu.Item onClick={() => void exportSweepReport(one)}>Export report (HTML)</Menu.Item>
                        <Menu.Item
                          disabled={one.state === 'running'}
                          onClick={() => void removeWithUndo({ sweeps: [one.id] })}
                        >
                          Delete comparison and runs
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
