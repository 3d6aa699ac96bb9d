import { memo } from 'react';
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatValue, unitOf, type Unit } from '../../run/metrics/units.ts';
import { axisOf } from './axis.ts';
import { CHART_HEIGHT } from './Card.tsx';
import type { LineSpec, Row } from './lines.ts';

const AXIS = { fontSize: 10.5, fill: 'var(--dim)' };

interface LinesProps {
  rows: Row[];
  lines: readonly LineSpec[];
  /** Keys of lines whose points were joined, and are drawn with their bounds. */
  bounded: readonly string[];
  /** Unit of the values, for axis and number format. */
  unit: Unit;
  /** Last step on the axis; defaults to that of the rows. */
  steps?: number | undefined;
  height?: number;
  /** Charts of one name mark the same step when one is hovered. */
  together?: string;
}

/** Lines over steps. */
export const Lines = memo(function Lines({
  rows,
  lines,
  bounded,
  unit,
  steps,
  height = CHART_HEIGHT,
  together,
}: LinesProps) {
  const { domain, ticks } = axisOf(unit);
  return (
    <ResponsiveContainer width="100%" height={height}>
      <LineChart
        data={rows}
        {...(together !== undefined && { syncId: together, syncMethod: 'value' })}
        margin={{ top: 6, right: 8, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="step"
          type="number"
          domain={steps === undefined ? ['dataMin', 'dataMax'] : [0, steps]}
          tick={AXIS}
          tickLine={false}
          axisLine={{ stroke: 'var(--line)' }}
          height={18}
          minTickGap={40}
          allowDecimals={false}
        />
        <YAxis
          tick={AXIS}
          tickLine={false}
          axisLine={false}
          width={44}
          tickFormatter={unitOf(unit).tick}
          domain={domain}
          {...(ticks ? { ticks } : { tickCount: 5 })}
        />
        <Tooltip
          isAnimationActive={false}
          formatter={(value, _name, item) => [formatValue(unit, Number(value)), titleOf(lines, String(item.dataKey))]}
          labelFormatter={(step) => `step ${step}`}
          itemStyle={{ color: 'var(--ink)' }}
          contentStyle={{ background: 'var(--card)', border: '1px solid var(--line)', borderRadius: 8, fontSize: 12 }}
        />
        {bounded.flatMap((key) =>
          ['low', 'high'].map((side) => (
            <Line
              key={`${side}:${key}`}
              dataKey={`${side}:${key}`}
              stroke={lines.find((line) => line.key === key)?.color ?? ''}
              strokeOpacity={0.3}
              strokeWidth={1}
              dot={false}
              isAnimationActive={false}
              tooltipType="none"
              connectNulls
            />
          )),
        )}
        {lines.map(({ key, color, dashed, dots }) => (
          <Line
            key={key}
            dataKey={key}
            stroke={color}
            strokeWidth={1.8}
            {...(dashed && { strokeDasharray: '4 3' })}
            dot={
              dots || rows.length === 1
                ? {
                    r: 2.5,
                    fill: dashed ? 'var(--card)' : color,
                    stroke: color,
                    strokeWidth: 1.2,
                    strokeDasharray: '0',
                  }
                : false
            }
            isAnimationActive={false}
            connectNulls
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
});

const titleOf = (lines: readonly LineSpec[], key: string): string =>
  lines.find((line) => line.key === key)?.title ?? key;
