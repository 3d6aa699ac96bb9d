import { Checkbox, Menu } from '@mantine/core';
import { memo, type Ref } from 'react';
import { modelName, stepsMade, stepsOf, type ArchivedRun } from '../../archive/archived-run.ts';
import { accuracyOf, strategyOf } from '../../archive/run-list.ts';
import { formatMetric, type MetricName } from '../../run/metrics/lookup.ts';
import { useRuns } from '../../store/runs-store.ts';
import { useStates } from '../../store/states-store.ts';
import { stateLabel } from '../../views/states.ts';
import { day, hour, isThisYear, moment } from '../format.ts';
import { seriesColor } from '../palette.ts';
import { openReport } from '../report/open-report.ts';
import { shareRun } from '../share/share-run.ts';
import { browseRollouts } from './browse-rollouts.ts';
import { exportRun, RUN_FORMATS } from './export-report.ts';
import { exportRuns } from './export-runs.ts';
import { openRecipe } from './open-recipe.ts';
import { removeWithUndo } from './remove-runs.tsx';
import { RowMenu } from './RowMenu.tsx';
import { RunState } from './RunState.tsx';
import { resumeInTrain } from './state-actions.ts';

interface RunRowProps {
  run: ArchivedRun;
  /** Its place among the found runs, from 0. */
  index: number;
  /** Takes the height of the row. */
  measure: Ref<HTMLTableRowElement>;
  /** Colour of its curves, if selected. */
  color: number | undefined;
  onEdit: (run: ArchivedRun) => void;
}

const shown = (metric: MetricName, value: number | undefined) =>
  value === undefined ? '–' : formatMetric(metric, value);

export const RunRow = memo(function RunRow({ run, index, measure, color, onEdit }: RunRowProps) {
  const { id, name, note, config, digest, started } = run;
  const steps = stepsOf(config, digest);
  const greedy = digest.greedy === undefined ? undefined : `greedy ${formatMetric('accuracy/greedy', digest.greedy)}`;
  return (
    <tr
      ref={measure}
      role="row"
      data-testid="run-row"
      data-state={run.state}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={color !== undefined}
    >
      <td role="cell">
        <Checkbox
          size="xs"
          aria-label={`Select ${name}`}
          checked={color !== undefined}
          onChange={(event) => useRuns.getState().choose([id], event.currentTarget.checked)}
          {...(color !== undefined && { color: seriesColor(color) })}
        />
      </td>
      <th scope="row" role="rowheader" className="column-name">
        <button
          type="button"
          className="run-name"
          title={note ? `${name}\n${note}` : name}
          onClick={() => useRuns.getState().only(id)}
        >
          {name}
        </button>
        {note && <span className="aside run-note">{note}</span>}
      </th>
      <td role="cell" className="column-strategy" title={strategyOf(run)}>
        {strategyOf(run)}
      </td>
      <td role="cell" className="column-seed">
        {config.seed}
      </td>
      <td role="cell" className="column-model" title={modelName(config)}>
        {modelName(config)}
      </td>
      <td role="cell" className="column-steps">
        {stepsMade(digest)} {steps !== undefined && <span className="aside">of {steps}</span>}
      </td>
      <td role="cell" className="column-reward">
        {shown('critic/score/mean', digest.reward)}
      </td>
      <td role="cell" className="column-accuracy" title={greedy}>
        {shown('accuracy/sampled', accuracyOf(run))}
      </td>
      <td role="cell" className="column-started" title={moment(started)}>
        {day(started)}
        {isThisYear(started) && <span className="time">, {hour(started)}</span>}
      </td>
      <td role="cell" className="column-state">
        <RunState of={run} />
      </td>
      <td role="cell">
        <RowMenu label={`Actions for ${name}`}>
          <Menu.Dropdown>
            <ResumeItem run={run} />
            <Menu.Item onClick={() => openRecipe(run)}>Open recipe</Menu.Item>
            {run.config.rl && !run.sweep && !run.imported && (
              <Menu.Item onClick={() => browseRollouts(id)}>Browse rollouts</Menu.Item>
            )}
            {run.reported && <Menu.Item onClick={() => void openReport(id)}>Open report</Menu.Item>}
            <Menu.Item onClick={() => onEdit(run)}>Edit name and note</Menu.Item>
            <Menu.Item onClick={() => void exportRuns([id], name)}>Export as zip</Menu.Item>
            {RUN_FORMATS.map(({ kind, title }) => (
              <Menu.Item key={kind} onClick={() => void exportRun(id, kind)}>
                Export {title}
              </Menu.Item>
            ))}
            <Menu.Item onClick={() => shareRun(run)}>Share link</Menu.Item>
            <Menu.Item disabled={run.state === 'running'} onClick={() => void removeWithUndo({ runs: [id] })}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </RowMenu>
      </td>
    </tr>
  );
});

/** From the newest kept state, where the run is not complete and no tab is running it. */
function ResumeItem({ run: { id, state } }: { run: ArchivedRun }) {
  const newest = useStates(({ runs }) => runs?.get(id)?.states.at(-1));
  if (!newest || newest.complete || state === 'running') return null;
  return <Menu.Item onClick={() => resumeInTrain(id, newest.id)}>Resume from {stateLabel(newest)}</Menu.Item>;
}
