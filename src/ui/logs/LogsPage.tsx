import './logs.css';
import { Progress } from '@mantine/core';
import { useMemo } from 'react';
import { labelsOf } from '../../archive/run-list.ts';
import { seriesKey } from '../../run/metrics/lookup.ts';
import { useLogs } from '../../store/logs-store.ts';
import { MOST_DRAWN, useRuns } from '../../store/runs-store.ts';
import { ChartsBar } from '../charts/ChartsBar.tsx';
import { LineChartCard } from '../charts/LineChartCard.tsx';
import { OverlayCard } from '../charts/OverlayCard.tsx';
import type { OverlaidRun } from '../charts/overlaid-lines.ts';
import { CompareModes } from '../compare/CompareModes.tsx';
import { MainColumn } from '../MainColumn.tsx';
import { seriesColor } from '../palette.ts';
import { WorkColumns } from '../WorkColumns.tsx';
import { aloneLines, overlayCharts, SHARE_AXIS, withLabels, type DrawnLog } from './log-charts.ts';
import { LogFacts } from './LogFacts.tsx';
import { LogSettings } from './LogSettings.tsx';
import { LogTable } from './LogTable.tsx';

const HEIGHT = 200;

/** Metric logs of other trainers over the curves of own runs. */
export function LogsPage() {
  const { logs, reading, failed } = useLogs();
  return (
    <WorkColumns className="page two-columns" name="Metric log" jump="Logs and runs" side={<LogSettings />}>
      <MainColumn label="Metric log" className="logs">
        <CompareModes />
        {failed.map(({ name, error }) => (
          <p key={name} className="note warning" role="alert" data-testid="log-error">
            {error.message} {error.advice}
          </p>
        ))}
        {reading && (
          <div className="note" role="status" data-testid="log-reading">
            Reading {reading.name}: {Math.round(100 * reading.share)} %
            <Progress value={100 * reading.share} mt={6} aria-label={`Reading ${reading.name}`} />
          </div>
        )}
        {logs.length > 0 ? <Overlay /> : !reading && <Welcome />}
      </MainColumn>
    </WorkColumns>
  );
}

/** The chosen own runs with their curves, as far as those are read. */
function useOwnRuns(): OverlaidRun[] {
  const stored = useRuns((state) => state.runs);
  const chosen = useLogs((state) => state.runs);
  const curves = useLogs((state) => state.curves);
  return useMemo(() => {
    const runs = chosen.slice(0, MOST_DRAWN).flatMap((id) => stored?.find((run) => run.id === id) ?? []);
    const labels = labelsOf(runs);
    return runs.map(({ id, name }, i) => ({
      id,
      label: labels.get(id) ?? name,
      color: seriesColor(i),
      series: curves[id] ?? {},
    }));
  }, [stored, chosen, curves]);
}

function Overlay() {
  const logs = useLogs((state) => state.logs);
  const along = useLogs((state) => state.along);
  const alone = useLogs((state) => state.alone);
  const own = useOwnRuns();
  const wanted = useMemo(() => logs.filter(({ drawn }) => drawn), [logs]);
  const drawn = useMemo(
    (): DrawnLog[] => withLabels(wanted.slice(0, Math.max(0, MOST_DRAWN - own.length)), own.length),
    [wanted, own.length],
  );
  const charts = useMemo(() => overlayCharts(own, drawn, along), [own, drawn, along]);
  const lines = [
    ...own.map(({ id, label, color }) => ({ id, label, color })),
    ...drawn.map(({ id, label, color }) => ({ id: `log ${id}`, label, color, foreign: true })),
  ];
  const axis = along === 'share' ? { along: SHARE_AXIS, steps: 100 } : {};
  return (
    <>
      {withLabels(logs, 0).map((one) => (
        <LogFacts key={one.id} {...one} />
      ))}
      {wanted.length > drawn.length && (
        <p className="note" data-testid="logs-too-many">
          Drawn are the first {drawn.length} of {wanted.length} logs: a chart has at most {MOST_DRAWN} lines.
        </p>
      )}
      <div data-testid="log-legend">
        <ChartsBar lines={lines} />
      </div>
      <div className="cards">
        {charts.map(({ chart, drawn: overlaid }) => (
          <OverlayCard
            key={seriesKey(chart)}
            chart={chart}
            drawn={overlaid}
            steps={undefined}
            name="logs"
            run="metric-logs"
            height={HEIGHT}
            {...axis}
          />
        ))}
        {alone.map((name) => (
          <AloneCard key={name} name={name} logs={drawn} />
        ))}
      </div>
      <LogTable logs={drawn} />
    </>
  );
}

/** A metric of the logs alone. */
function AloneCard({ name, logs }: { name: string; logs: readonly DrawnLog[] }) {
  const along = useLogs((state) => state.along);
  const { series, lines } = useMemo(() => aloneLines(name, logs, along), [name, logs, along]);
  return (
    <LineChartCard
      name={`logs-alone-${name}`}
      title={name}
      empty="No drawn log has this metric."
      series={series}
      lines={lines}
      unit="number"
      height={HEIGHT}
      together="logs"
      run="metric-logs"
      subtitle={lines.map(({ title }) => title).join(', ')}
      {...(along === 'share' && { along: SHARE_AXIS, steps: 100 })}
    />
  );
}

function Welcome() {
  return (
    <div className="card card-empty race-welcome" data-testid="no-logs">
      <div>
        <p>
          <b>How does the run on the cluster compare to one of the studio?</b>
        </p>
        <p>
          Open the metrics that verl, TRL, TensorBoard or W&B have logged. Reward, entropy, clip fraction, KL, gradient
          norm and the other metrics that the studio has too are drawn over the curves of stored runs, by step or by the
          share of the run. Names and definitions that differ are listed.
        </p>
      </div>
    </div>
  );
}
