import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { Unit } from '../../run/metrics/units.ts';
import { useChartSettings } from '../../store/chart-settings.ts';
import { OnDemand } from '../OnDemand.tsx';
import { CHART_TOOLS, FULL_SCREEN_CHART, LINES } from './plot-parts.ts';
import { Card, CHART_HEIGHT, type Figure } from './Card.tsx';
import type { ExportFormat } from './export-formats.ts';
import {
  extentOfRows,
  rowsOf,
  smoothed,
  stepsShown,
  type LineSpec,
  type SeriesByKey,
  type StepRange,
} from './lines.ts';

interface LineChartCardProps {
  /** For tests (`chart-NAME`), and to remember its axis. */
  name: string;
  title: string;
  heading?: ReactNode;
  help?: string | undefined;
  figures?: readonly Figure[] | undefined;
  empty: ReactNode;
  series: SeriesByKey;
  lines: readonly LineSpec[];
  unit: Unit;
  /** Whether the axis shows the unit's whole range; defaults to the unit's setting. */
  whole?: boolean;
  steps?: number | undefined;
  height?: number;
  together?: string;
  /** The run or comparison, for names of files. */
  run: string;
  /** What is drawn, for exports and full screen: the run and its strategy, or what a band is. */
  subtitle: string;
  /** Replaces the table that is exported. */
  csv?: () => string;
}

/** A chart of lines over steps with its tools: smoothing, logarithmic axis, zoom, full screen, exports. */
export function LineChartCard({
  name,
  title,
  heading,
  help,
  figures,
  empty,
  series,
  lines,
  unit,
  whole,
  steps,
  height = CHART_HEIGHT,
  together,
  run,
  subtitle,
  csv,
}: LineChartCardProps) {
  const weight = useChartSettings((settings) => settings.smoothing);
  const log = useChartSettings((settings) => settings.log.includes(name));
  const [range, setRange] = useState<StepRange>();
  const [full, setFull] = useState(false);
  const drawn = useMemo(() => smoothed(series, lines, weight), [series, lines, weight]);
  const rows = useMemo(() => rowsOf(drawn.series, drawn.lines), [drawn]);
  const bounded = useMemo(() => drawn.lines.flatMap(({ key }) => (drawn.series[key]?.low ? [key] : [])), [drawn]);
  const possible = useMemo(() => Number.isFinite(extentOfRows(rows, drawn.lines).positive), [rows, drawn]);
  const reset = useCallback(() => setRange(undefined), []);
  const tools = {
    title,
    log: possible ? log : undefined,
    zoomed: range !== undefined,
    onLog: (on: boolean) => useChartSettings.getState().setLog(name, on),
    onReset: reset,
    onExport: (format: ExportFormat) =>
      void import('./chart-export.ts').then(({ exportChart }) =>
        exportChart(
          { title, subtitle, unit, log: possible && log, run, range, csv, ...drawn },
          { series, lines },
          format,
        ),
      ),
  };
  const chart = (tall: number) => (
    <OnDemand
      part={LINES}
      props={{
        rows,
        lines: drawn.lines,
        bounded,
        unit,
        steps,
        height: tall,
        together,
        whole,
        log: possible && log,
        range,
        onRange: setRange,
      }}
      waiting={<div style={{ height: tall }} />}
    />
  );
  return (
    <Card
      name={name}
      title={title}
      heading={heading}
      help={help}
      figures={figures}
      empty={rows.length === 0 ? empty : undefined}
      height={height}
      tools={rows.length > 0 && <OnDemand part={CHART_TOOLS} props={{ ...tools, onFullScreen: () => setFull(true) }} />}
    >
      {chart(height)}
      {full && (
        <OnDemand
          part={FULL_SCREEN_CHART}
          props={{
            ...tools,
            opened: true,
            onClose: () => setFull(false),
            subtitle,
            steps: stepsShown(rows, steps, undefined),
            range,
            onRange: setRange,
            children: chart,
          }}
        />
      )}
    </Card>
  );
}
