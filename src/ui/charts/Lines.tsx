import { memo, useMemo, type ReactNode } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { stepTicks } from '../../run/metrics/ticks.ts';
import { formatValue, unitOf, type Unit } from '../../run/metrics/units.ts';
import { axisOf } from './axis.ts';
import { CHART_HEIGHT } from './Card.tsx';
import { chartSummary, stepsOfPoint } from './chart-summary.ts';
import { MARK_RADIUS, Marks, markLook } from './Marks.tsx';
import { CARD_TEXT, chartParts } from './chart-parts.ts';
import { useStepDrag } from './use-step-drag.tsx';
import {
  dashOfLine,
  extentOfRows,
  isAlone,
  rowsInside,
  stepsShown,
  valueOf,
  type LineSpec,
  type Row,
  type StepRange,
} from './lines.ts';

/** Pixels from which a chart has room for more ticks. */
const TALL = 320;

interface LinesProps {
  rows: readonly Row[];
  lines: readonly LineSpec[];
  /** Keys of lines whose points were joined or averaged, and are drawn with their bounds. */
  bounded: readonly string[];
  /** Unit of the values, for axis and number format. */
  unit: Unit;
  /** Last step on the axis; defaults to that of the rows. */
  steps?: number | undefined;
  /** What the lines are over, for the tooltip; by default the step. */
  along?: string | undefined;
  height?: number;
  /** Charts of one name mark the same step when one is hovered. */
  together?: string | undefined;
  /** Whether the axis always shows the unit's whole range; defaults to the unit's setting. */
  whole?: boolean | undefined;
  log?: boolean;
  /** Size of the text, px; lines are as thick in proportion. */
  size?: number;
  /** The steps that are shown; all without it. */
  range?: StepRange | undefined;
  /** Called with the steps between which the pointer was dragged, or with undefined on a double click. */
  onRange?: ((range: StepRange | undefined) => void) | undefined;
}

/** Lines over steps. Dragging selects steps to zoom in on. */
export const Lines = memo(function Lines({
  rows,
  lines,
  bounded,
  unit,
  steps,
  along = 'step',
  height = CHART_HEIGHT,
  together,
  whole,
  log = false,
  size = CARD_TEXT,
  range,
  onRange,
}: LinesProps) {
  const shown = useMemo(() => rowsInside(rows, range), [rows, range]);
  const extent = useMemo(() => extentOfRows(shown, lines), [shown, lines]);
  const logarithmic = log && Number.isFinite(extent.positive);
  const axis = axisOf(unit, extent, {
    ...(whole !== undefined && { whole }),
    log: logarithmic,
    fit: range !== undefined,
    ...(height >= TALL && size === CARD_TEXT && { count: 10 }),
  });
  const [first, last] = stepsShown(rows, steps, range);
  const bands = lines.some(({ band }) => band === 'area');
  const { handlers, selection } = useStepDrag(onRange);
  const parts = chartParts(size);
  const summary = useMemo(() => chartSummary({ rows: shown, lines, unit, along }), [shown, lines, unit, along]);
  return (
    <div role="img" aria-label={summary}>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart
          data={[...shown]}
          {...(together !== undefined && { syncId: together, syncMethod: 'value' as const })}
          margin={parts.margin}
          accessibilityLayer={false}
          {...handlers}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...parts.x}
            domain={[first, last]}
            ticks={stepTicks(first, last, height >= TALL && size === CARD_TEXT ? 12 : 5)}
            allowDataOverflow={!!range}
          />
          <YAxis
            {...parts.y}
            tickFormatter={unitOf(unit).tick}
            scale={logarithmic ? 'log' : 'linear'}
            domain={axis.domain}
            ticks={axis.ticks}
            interval={0}
            allowDataOverflow={bands}
          />
          <Tooltip
            {...parts.tooltip}
            formatter={(value, name, item) => [
              valueText(unit, Number(value), keyOf(lines, name), item.payload as Row),
              String(name),
            ]}
            labelFormatter={(step) => stepsOfPoint(shown, Number(step), along)}
          />
          {lines.filter(({ band }) => band === 'area').map((line) => bandArea(line, axis.domain))}
          {lines
            .filter(({ key, band }) => band !== 'area' && bounded.includes(key))
            .flatMap((line) => edges(line, logarithmic))}
          {lines.map((line) =>
            mainLine(line, { logarithmic, rows: shown.length, alone: isAlone(lines), scale: size / CARD_TEXT }),
          )}
          {shown.length > 1 &&
            lines
              .filter(({ dots, faint }) => dots && !faint)
              .map((line) => (
                <Marks
                  key={`marks:${line.key}`}
                  line={line}
                  rows={shown}
                  logarithmic={logarithmic}
                  scale={size / CARD_TEXT}
                />
              ))}
          {selection}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
});

/** Of a point that joins several values, their mean and their bounds. */
function valueText(unit: Unit, value: number, key: string, row: Row): string {
  const [low, high] = [row[`low:${key}`], row[`high:${key}`]];
  const text = formatValue(unit, value);
  if (low === undefined || high === undefined || low === high) return text;
  return `${text} (${formatValue(unit, low)} to ${formatValue(unit, high)})`;
}

const keyOf = (lines: readonly LineSpec[], name: unknown): string =>
  lines.find(({ title }) => title === name)?.key ?? '';

function bandArea({ key, color }: LineSpec, [bottom, top]: [number, number]): ReactNode {
  return (
    <Area
      key={`band:${key}`}
      dataKey={(row: Row) => {
        const [low, high] = [row[`low:${key}`] ?? NaN, row[`high:${key}`] ?? NaN];
        return Number.isFinite(low) && Number.isFinite(high) ? [Math.max(bottom, low), Math.min(top, high)] : undefined;
      }}
      stroke="none"
      fill={color}
      fillOpacity={0.14}
      isAnimationActive={false}
      tooltipType="none"
      activeDot={false}
      connectNulls
    />
  );
}

function edges({ key, color }: LineSpec, logarithmic: boolean): ReactNode[] {
  return ['low', 'high'].map((side) => (
    <Line
      key={`${side}:${key}`}
      dataKey={valueOf(`${side}:${key}`, logarithmic)}
      stroke={color}
      strokeOpacity={0.3}
      strokeWidth={1}
      dot={false}
      activeDot={false}
      isAnimationActive={false}
      tooltipType="none"
      connectNulls
    />
  ));
}

function mainLine(
  line: LineSpec,
  { logarithmic, rows, alone, scale }: { logarithmic: boolean; rows: number; alone: boolean; scale: number },
): ReactNode {
  const { key, title, color, faint, foreign } = line;
  const dash = scaledDash(dashOfLine(line, alone), scale);
  return (
    <Line
      key={key}
      name={title}
      className={`line-${faint ?? 'main'}`}
      dataKey={valueOf(key, logarithmic)}
      stroke={color}
      strokeWidth={(faint || foreign ? 1.3 : 1.8) * scale}
      strokeOpacity={faint === 'raw' ? 0.25 : faint ? 0.6 : 1}
      {...(dash !== undefined && { strokeDasharray: dash })}
      // The kit makes two components per row of the chart for its dots: Marks draws those of many rows.
      dot={!faint && rows === 1 ? { r: MARK_RADIUS * scale, ...markLook(line, scale), strokeDasharray: '0' } : false}
      {...(faint === 'raw' && { tooltipType: 'none' as const, activeDot: false })}
      isAnimationActive={false}
      connectNulls
    />
  );
}

/** Dashes as long in proportion as the line is thick. */
const scaledDash = (dash: string | undefined, scale: number): string | undefined =>
  scale === 1 || dash === undefined
    ? dash
    : dash
        .split(/[ ,]+/)
        .map((length) => Number(length) * scale)
        .join(' ');
