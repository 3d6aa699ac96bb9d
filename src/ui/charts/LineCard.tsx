import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useRun } from '../../store/run-store.ts';
import { metricOf } from '../../run/metrics/lookup.ts';
import { Card } from './Card.tsx';
import { chartFigures, chartHelp, chartTitle, chartUnit, lineSpecs, type ChartSpec } from './charts.ts';
import { Lines } from './Lines.tsx';
import { rowsOf, signature } from './lines.ts';

/** Lines over steps. Rerendered only when one of its series has grown. */
export function LineCard({ chart }: { chart: ChartSpec }) {
  const lines = useMemo(() => lineSpecs(chart), [chart]);
  const changed = useRun((run) => signature(run.frame?.series, lines));
  const last = (key: string) => useRun.getState().frame?.series[key]?.values.at(-1);
  // The signature represents the series: frames contain equal copies of unchanged ones.
  const rows = useMemo(
    () => (changed === '' ? [] : rowsOf(useRun.getState().frame?.series ?? {}, lines)),
    [changed, lines],
  );
  const steps = useRun((run) => (run.running?.sft ? undefined : run.running?.rl?.steps));
  const bounded = useRun(
    useShallow((run) => lines.filter(({ key }) => run.frame?.series[key]?.low).map(({ key }) => key)),
  );
  return (
    <Card
      name={chart.name}
      title={chartTitle(chart)}
      help={chartHelp(chart)}
      figures={rows.length > 0 ? chartFigures(chart, last) : undefined}
      empty={rows.length === 0 ? (chart.empty ?? metricOf(chart.lines[0].metric).help) : undefined}
    >
      <Lines rows={rows} lines={lines} bounded={bounded} unit={chartUnit(chart)} steps={steps} />
    </Card>
  );
}
