import { useMemo } from 'react';
import type { Unit } from '../../run/metrics/units.ts';
import { ZONES } from '../../run/step-record.ts';
import { useChartSettings } from '../../store/chart-settings.ts';
import { useRun } from '../../store/run-store.ts';
import { chartFigures, chartUnit, type ChartSpec } from '../charts/charts.ts';
import { rowsOf, smoothed, type LineSpec, type SeriesByKey } from '../charts/lines.ts';
import { MASS_ZONES, smoothedMass } from '../charts/mass-rows.ts';
import { LINES, MASS_AREAS } from '../charts/plot-parts.ts';
import { useLiveLines } from '../charts/use-live-lines.ts';
import { useMassRows } from '../charts/use-mass-rows.ts';
import { percent } from '../format.ts';
import { OnDemand } from '../OnDemand.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';
import type { PresentedChart } from './presented-charts.ts';
import { Frame } from './PresenterParts.tsx';

interface PlotProps {
  title: string;
  /** Size of the axes' text, px. */
  size: number;
}

/** One chart in large type, as high as its place. */
export function LargeChart({ chart: { spec, title }, size }: { chart: PresentedChart; size: number }) {
  return spec ? (
    <LargeLines key={spec.name} spec={spec} title={title} size={size} />
  ) : (
    <LargeMass title={title} size={size} />
  );
}

function LargeLines({ spec, title, size }: PlotProps & { spec: ChartSpec }) {
  const { lines, series, running, any } = useLiveLines(spec);
  const steps = running?.sft ? undefined : running?.rl?.steps;
  return (
    <Frame name={spec.name} title={title} figures={any ? chartFigures(spec, (key) => series[key]?.values.at(-1)) : []}>
      {(height) => <LargePlot name={spec.name} plot={{ series, lines, unit: chartUnit(spec), steps, height, size }} />}
    </Frame>
  );
}

interface LargePlotProps {
  /** Of the chart's card, whose logarithmic axis it shares. */
  name: string;
  plot: {
    series: SeriesByKey;
    lines: readonly LineSpec[];
    unit: Unit;
    /** Last step on the axis; by default that of the lines. */
    steps: number | undefined;
    height: number;
    size: number;
  };
}

/** Lines in large type, smoothed as on the page. */
export function LargePlot({ name, plot: { series, lines, unit, steps, height, size } }: LargePlotProps) {
  const weight = useChartSettings((settings) => settings.smoothing);
  const log = useChartSettings((settings) => settings.log.includes(name));
  const drawn = useMemo(() => smoothed(series, lines, weight), [series, lines, weight]);
  const rows = useMemo(() => rowsOf(drawn.series, drawn.lines), [drawn]);
  const bounded = useMemo(() => drawn.lines.flatMap(({ key }) => (drawn.series[key]?.low ? [key] : [])), [drawn]);
  return (
    rows.length > 0 && (
      <OnDemand part={LINES} props={{ rows, lines: drawn.lines, bounded, unit, steps, height, log, size }} />
    )
  );
}

function LargeMass({ title, size }: PlotProps) {
  const rows = useMassRows();
  const steps = useRun((run) => run.running?.rl?.steps);
  const weight = useChartSettings((settings) => settings.smoothing);
  const drawn = useMemo(() => smoothedMass(rows, weight), [rows, weight]);
  const last = rows.at(-1);
  const outside = last && ZONES.reduce((sum, zone) => sum + (zone === 'inside' ? 0 : (last[zone] ?? 0)), 0);
  return (
    <Frame
      name="mass-share"
      title={title}
      figures={outside === undefined ? [] : [{ text: `${percent(outside)} outside the clip range` }]}
      legend={<ZoneLegend zones={MASS_ZONES} />}
    >
      {(height) =>
        rows.length > 0 && <OnDemand part={MASS_AREAS} props={{ rows: drawn, steps, height, range: undefined, size }} />
      }
    </Frame>
  );
}
