import './compare.css';
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { armDifferences } from '../../compare/arm-differences.ts';
import { armsOf, type Sweep } from '../../compare/sweep.ts';
import { SWEEP_CURVES } from '../../compare/sweep-view.ts';
import { curvesOf, summarize } from '../../compare/summary.ts';
import { confirmed } from '../../compare/tuning.ts';
import type { ArchivedSweep } from '../../store/archive-db.ts';
import { isComparing, isDone, useCompare } from '../../store/compare-store.ts';
import { useRun } from '../../store/run-store.ts';
import { adapterName } from '../../views/run-view.ts';
import { ChartsBar } from '../charts/ChartsBar.tsx';
import { MainColumn } from '../MainColumn.tsx';
import { seriesColor } from '../palette.ts';
import { WorkColumns } from '../WorkColumns.tsx';
import { BandChart } from './BandChart.tsx';
import { CompareModes } from './CompareModes.tsx';
import { ExportTable } from './ExportTable.tsx';
import { RunMatrix } from './RunMatrix.tsx';
import { SummaryTable } from './SummaryTable.tsx';
import { SweepSetUp } from './SweepSetUp.tsx';
import { TuningCard } from './TuningCard.tsx';

/** Loaded when it is pressed. */
const saveReport = async (kept: ArchivedSweep): Promise<void> =>
  (await import('../runs/export-report.ts')).exportSweepReport(kept);

/** Arms (strategies, and values of varied fields) x seeds on one recipe, as one job. */
export function SweepPage() {
  const { runs, sweep, kept, state, error } = useCompare();
  const labels = useMemo(() => (sweep ? armsOf(sweep).map(({ label }) => label) : []), [sweep]);
  const begun = useMemo(
    () => (sweep ? confirmed(sweep, runs).filter(({ records }) => records.length > 0) : []),
    [runs, sweep],
  );
  const summary = useMemo(() => {
    const ended = begun.filter(isDone);
    return sweep && ended.length > 0 ? summarize(labels, ended, sweep) : undefined;
  }, [begun, sweep, labels]);
  return (
    <WorkColumns
      className="page two-columns"
      name="Comparison"
      jump="Strategies, fields and seeds"
      side={<SweepSetUp />}
    >
      <MainColumn label="Results">
        <CompareModes />
        {state === 'failed' && error && (
          <p className="note warning" role="alert">
            {error.message} {error.advice}
          </p>
        )}
        {!sweep || runs.length === 0 ? (
          <div className="card card-empty" style={{ height: 320 }}>
            <div>
              <p>
                <b>Is one strategy, or one setting, better than another here?</b>
              </p>
              <p>
                Choose strategies, fields to vary and seeds, then start. All runs start from the same checkpoint; runs
                with the same seed use the same problems and sampling seeds. The table says “better” only if the
                confidence interval of the difference excludes 0.
              </p>
            </div>
          </div>
        ) : (
          <>
            <TuningCard sweep={sweep} runs={runs} />
            <RunMatrix sweep={sweep} runs={runs} />
            <Unfinished sweep={sweep} />
            {summary && (
              <section className="card" style={{ marginTop: 12 }} data-testid="summary-card">
                <h3 className="card-title">
                  After {summary.strategies.reduce((sum, one) => sum + one.runs.length, 0)} of{' '}
                  {labels.length * sweep.seeds.length} runs
                  <ExportTable summary={summary} name={sweep.name} report={kept && (() => void saveReport(kept))} />
                </h3>
                <SummaryTable summary={summary} />
                <p className="hint" data-testid="arm-differences">
                  {armDifferences(sweep)}
                </p>
              </section>
            )}
            <ChartsBar lines={labels.map((label, i) => ({ id: label, label, color: seriesColor(i) }))} />
            <div className="cards">
              {SWEEP_CURVES.map((chart) => (
                <BandChart
                  key={chart.metric}
                  chart={chart}
                  curves={curvesOf(labels, begun, chart.phase, chart.metric, sweep.confidence)}
                  labels={labels}
                  seeds={sweep.seeds.length}
                  comparison={sweep.name}
                />
              ))}
            </div>
          </>
        )}
      </MainColumn>
    </WorkColumns>
  );
}

/** An unfinished stored comparison whose settings differ from those on the left. */
function Unfinished({ sweep }: { sweep: Sweep }) {
  const waiting = useCompare(({ runs, state }) =>
    isComparing({ state }) ? 0 : runs.filter((run) => run.state === 'waiting').length,
  );
  const adapter = useRun((run) => run.adapter);
  const ready = useRun(
    (run) =>
      run.adapter !== undefined && run.models.length > 0 && !['running', 'pausing', 'preparing'].includes(run.state),
  );
  if (waiting === 0) return null;
  return (
    <p className="note unfinished" data-testid="unfinished">
      {waiting} of its runs {waiting === 1 ? 'is' : 'are'} not done. Resume runs {waiting === 1 ? 'it' : 'them'} with
      the comparison’s original recipe.
      <Button
        size="compact-xs"
        variant="default"
        disabled={!ready}
        onClick={() => void useCompare.getState().start(sweep, adapterName(adapter))}
      >
        Resume
      </Button>
    </p>
  );
}
