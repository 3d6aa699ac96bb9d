import { useMemo, useState, type ReactNode } from 'react';
import type { Unit } from '../../run/metrics/units.ts';
import { useChartSettings } from '../../store/chart-settings.ts';
import { OnDemand } from '../OnDemand.tsx';
import { LINES } from './plot-parts.ts';
import { CHART_HEIGHT, type Figure } from './Card.tsx';
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
import { StepRangeFields } from './StepRangeFields.tsx';
import { ToolCard } from './ToolCard.tsx';

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
  /** What the lines are over; by default the step. */
  along?: string;
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
  along,
  height = CHART_HEIGHT,
  together,
  run,
  subtitle,
  csv,
}: LineChartCardProps) {
  const weight = useChartSettings((settings) => settings.smoothing);
  const log = useChartSettings((settings) => settings.log.includes(name));
  const [range, setRange] = useState<StepRange>();
  const drawn = useMemo(() => smoothed(series, lines, weight), [series, lines, weight]);
  const rows = useMemo(() => rowsOf(drawn.series, drawn.lines), [drawn]);
  const bounded = useMemo(() => drawn.lines.flatMap(({ key }) => (drawn.series[key]?.low ? [key] : [])), [drawn]);
  const possible = useMemo(() => Number.isFinite(extentOfRows(rows, drawn.lines).positive), [rows, drawn]);
  return (
    <ToolCard
      name={name}
      title={title}
      heading={heading}
      help={help}
      figures={figures}
      empty={rows.length === 0 ? empty : undefined}
      height={height}
      subtitle={subtitle}
      smoothing
      axis={{ log: possible ? log : undefined, onLog: (on) => useChartSettings.getState().setLog(name, on) }}
      zoom={{ zoomed: range !== undefined, onReset: () => setRange(undefined) }}
      range={<StepRangeFields steps={stepsShown(rows, steps, undefined)} range={range} onRange={setRange} />}
      onExport={(format: ExportFormat) =>
        void import('./chart-export.ts').then(({ exportChart }) =>
          exportChart(
            { title, subtitle, unit, along, log: possible && log, run, range, csv, ...drawn },
            { series, lines },
            format,
          ),
        )
      }
    >
      {(tall) => (
        <OnDemand
          part={LINES}
          props={{
            rows,
            lines: drawn.lines,
            bounded,
            unit,
            steps,
            along,
            height: tall,
            together,
            whole,
            log: possible && log,
            range,
            onRange: setRange,
          }}
          waiting={<div style={{ height: tall }} />}
        />
      )}
    </ToolCard>
  );
}
