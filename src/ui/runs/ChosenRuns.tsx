import { Button, SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { seriesOf } from '../../archive/run-curves.ts';
import { labelsOf } from '../../archive/run-list.ts';
import { drawnIds, useRuns } from '../../store/runs-store.ts';
import { seriesKey } from '../../run/metrics/lookup.ts';
import { runFileName } from '../../run/run-name.ts';
import type { Series } from '../../run/series.ts';
import type { StepRecord } from '../../run/step-record.ts';
import { RUN_CHARTS } from '../charts/charts.ts';
import { LineKey } from '../charts/LineKey.tsx';
import { OverlayCard } from '../charts/OverlayCard.tsx';
import type { OverlaidRun } from '../charts/overlaid-lines.ts';
import { OnDemand } from '../OnDemand.tsx';
import { seriesColor } from '../palette.ts';
import { STORED_REPORT } from '../report/report-part.ts';
import { shareRun } from '../share/share-run.ts';
import { ConfigDifference } from './ConfigDifference.tsx';
import { ExportRecipe } from './ExportRecipe.tsx';
import { KeptStates } from './KeptStates.tsx';
import { exportRun } from './export-report.ts';
import { openRecipe } from './open-recipe.ts';

const KEYS = RUN_CHARTS.map(seriesKey);

/** Curves by the records that they are of: the other runs' are not computed again when one grows. */
const drawnCurves = new WeakMap<readonly StepRecord[], Readonly<Record<string, Series>>>();

function curvesOf(records: readonly StepRecord[]): Readonly<Record<string, Series>> {
  const curves = drawnCurves.get(records) ?? seriesOf(records, KEYS);
  drawnCurves.set(records, curves);
  return curves;
}

interface DrawnRun extends OverlaidRun {
  run: ArchivedRun;
}

/** The selected runs: overlaid curves, and the differences of their recipes. */
export function ChosenRuns({ runs }: { runs: readonly ArchivedRun[] }) {
  const chosen = useRuns((state) => state.chosen);
  const records = useRuns((state) => state.records);
  const drawn = useMemo(() => {
    const found = drawnIds(chosen).flatMap((id) => {
      const run = runs.find((one) => one.id === id);
      const read = records[id];
      return run && read ? [{ run, read }] : [];
    });
    const labels = labelsOf(found.map(({ run }) => run));
    return found.map(({ run, read }): DrawnRun => ({
      run,
      id: run.id,
      label: labels.get(run.id) ?? run.name,
      color: seriesColor(chosen.get(run.id) ?? 0),
      series: curvesOf(read.records),
    }));
  }, [chosen, runs, records]);
  const wanted = useRuns((state) => state.pane);
  const [first] = drawn;
  if (!first) return null;
  // Reports are of one run.
  const pane = drawn.length === 1 && first.run.reported ? wanted : 'curves';
  const steps = Math.max(...drawn.map(({ run }) => run.config.rl?.steps ?? 0));
  return (
    <div data-testid="chosen-runs">
      <ul className="legend chosen-legend">
        {drawn.map(({ run, label, color }) => (
          <li key={run.id}>
            <LineKey color={color} />
            {label}
          </li>
        ))}
        {chosen.size > drawn.length && drawn.length === drawnIds(chosen).length && (
          <li>
            Showing the first {drawn.length} of {chosen.size} selected runs.
          </li>
        )}
      </ul>
      {drawn.length === 1 ? (
        <OneRun run={first.run} pane={pane} />
      ) : (
        <ConfigDifference
          runs={drawn.map(({ run, label, color }) => ({ run, label, color, records: records[run.id]?.records ?? [] }))}
        />
      )}
      {pane === 'report' ? (
        <OnDemand part={STORED_REPORT} props={{ run: first.run }} />
      ) : (
        <div className="cards">
          {RUN_CHARTS.map((chart) => (
            <OverlayCard
              key={seriesKey(chart)}
              chart={chart}
              drawn={drawn}
              steps={chart.phase === 'rl' ? steps : undefined}
              name="runs"
              run={drawn.length === 1 ? runFileName(first.run.config, first.run.name) : `${drawn.length} runs`}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function OneRun({ run, pane }: { run: ArchivedRun; pane: 'curves' | 'report' }) {
  return (
    <section className="card one-run" aria-label={run.name}>
      {run.error !== undefined && <p className="bad">Failed: {run.error}</p>}
      {run.note && <p className="note-text">{run.note}</p>}
      <p className="hint">
        {run.adapter ? `Adapter: ${run.adapter}. ` : ''}The same recipe and seed on the same adapter give the same
        metrics.
      </p>
      <div className="one-run-actions">
        {run.reported && (
          <SegmentedControl
            size="xs"
            aria-label="Show"
            value={pane}
            data={[
              { value: 'curves', label: 'Curves' },
              { value: 'report', label: 'Report' },
            ]}
            onChange={(value) => useRuns.setState({ pane: value as typeof pane })}
          />
        )}
        <Button size="compact-xs" variant="light" onClick={() => openRecipe(run)}>
          Open recipe in Train
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => void exportRun(run.id, 'html')}>
          Export report (HTML)
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => shareRun(run)}>
          Share link
        </Button>
        {run.config.rl && <ExportRecipe run={run} />}
      </div>
      <KeptStates run={run} />
    </section>
  );
}
