import { useElementSize } from '@mantine/hooks';
import { useMemo, type ReactNode } from 'react';
import { ZONES } from '../../run/step-record.ts';
import { useChartSettings } from '../../store/chart-settings.ts';
import { useRun } from '../../store/run-store.ts';
import { chartFigures, chartUnit, type ChartSpec } from '../charts/charts.ts';
import type { Figure } from '../charts/Card.tsx';
import { rowsOf, smoothed } from '../charts/lines.ts';
import { MASS_ZONES, smoothedMass } from '../charts/mass-rows.ts';
import { LINES, MASS_AREAS } from '../charts/plot-parts.ts';
import { useLiveLines } from '../charts/use-live-lines.ts';
import { useMassRows } from '../charts/use-mass-rows.ts';
import { percent } from '../format.ts';
import { OnDemand } from '../OnDemand.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';
import type { PresentedChart } from './presented-charts.ts';

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
  const weight = useChartSettings((settings) => settings.smoothing);
  const log = useChartSettings((settings) => settings.log.includes(spec.name));
  const drawn = useMemo(() => smoothed(series, lines, weight), [series, lines, weight]);
  const rows = useMemo(() => rowsOf(drawn.series, drawn.lines), [drawn]);
  const bounded = useMemo(() => drawn.lines.flatMap(({ key }) => (drawn.series[key]?.low ? [key] : [])), [drawn]);
  return (
    <Frame name={spec.name} title={title} figures={any ? chartFigures(spec, (key) => series[key]?.values.at(-1)) : []}>
      {(height) =>
        rows.length > 0 && (
          <OnDemand
            part={LINES}
            props={{
              rows,
              lines: drawn.lines,
              bounded,
              unit: chartUnit(spec),
              steps: running?.sft ? undefined : running?.rl?.steps,
              height,
              log,
              size,
            }}
          />
        )
      }
    </Frame>
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

interface FrameProps {
  name: string;
  title: string;
  figures: readonly Figure[];
  legend?: ReactNode;
  /** The plot at a height in pixels. */
  children: (height: number) => ReactNode;
}

function Frame({ name, title, figures, legend, children }: FrameProps) {
  const { ref, height } = useElementSize();
  return (
    <section className="large-chart" aria-label={`${title}, large`} data-testid={`presented-${name}`}>
      <h3>
        {title}
        {figures.map(({ text, color, hollow }, i) => (
          <span key={i} className="large-figure">
            {color !== undefined && (
              <i className="key" style={hollow ? { borderColor: color } : { background: color, borderColor: color }} />
            )}
            {text}
          </span>
        ))}
      </h3>
      <div className="large-plot" ref={ref}>
        {height > 0 && children(Math.floor(height))}
      </div>
      {legend}
    </section>
  );
}
