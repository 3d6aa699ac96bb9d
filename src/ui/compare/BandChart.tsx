import { ActionIcon, Group } from '@mantine/core';
import { memo, useMemo } from 'react';
import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { smooth } from '../../compare/intervals.ts';
import { curvePlot } from '../../compare/plot.ts';
import type { Curve } from '../../compare/summary.ts';
import { curvesCsv } from '../../compare/table.ts';
import { metricOf, titleWithUnit, type MetricName } from '../../run/metrics/lookup.ts';
import { formatValue, unitOf } from '../../run/metrics/units.ts';
import { axisOf } from '../charts/axis.ts';
import { download } from '../download.ts';
import { seriesColor } from '../palette.ts';
import { pngOf } from './png.ts';

interface BandChartProps {
  metric: MetricName;
  curves: readonly Curve[];
  /** All strategies, for their colours. */
  labels: readonly string[];
  smoothing: number;
  seeds: number;
}

const AXIS = { fontSize: 10.5, fill: 'var(--dim)' };
const HEIGHT = 210;

/** A metric over steps for all strategies: means, and a band over seeds. Hovering marks the same step in all charts. */
export const BandChart = memo(function BandChart({ metric, curves, labels, smoothing, seeds }: BandChartProps) {
  const { help, unit } = metricOf(metric);
  const title = titleWithUnit(metric);
  const smoothed = useMemo(
    () =>
      curves.map((curve): Curve => ({
        ...curve,
        mean: smooth(curve.mean, smoothing),
        low: smooth(curve.low, smoothing),
        high: smooth(curve.high, smoothing),
      })),
    [curves, smoothing],
  );
  const rows = useMemo(() => rowsOf(smoothed, labels), [smoothed, labels]);
  // Bands may leave what is possible; the axis does not.
  const bounded = unitOf(unit).range.every(Number.isFinite);
  const subtitle =
    seeds < 2 ? 'one seed' : seeds < 3 ? 'mean, lowest to highest seed' : 'mean and 95 % interval over seeds';
  const png = async () => download(`${title}.png`, await pngOf(curvePlot(smoothed, { metric, subtitle })));
  return (
    <section className="card" aria-label={title} data-testid={`compare-${metric}`}>
      <h3 className="card-title">
        <span title={help}>
          {title} <small>{subtitle}</small>
        </span>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="default"
            size="sm"
            w={34}
            fz={10}
            aria-label={`Export ${title} as CSV`}
            disabled={curves.length === 0}
            onClick={() => download(`${title}.csv`, curvesCsv(curves))}
          >
            CSV
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="sm"
            w={34}
            fz={10}
            aria-label={`Export ${title} as PNG`}
            disabled={curves.length === 0}
            onClick={() => void png()}
          >
            PNG
          </ActionIcon>
        </Group>
      </h3>
      {rows.length === 0 ? (
        <div className="card-empty" style={{ height: HEIGHT }}>
          appears after the first run
        </div>
      ) : (
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <ComposedChart
            data={rows}
            syncId="compare"
            syncMethod="value"
            margin={{ top: 6, right: 8, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="step"
              type="number"
              domain={['dataMin', 'dataMax']}
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
              domain={bounded ? axisOf(unit, false).domain : ['auto', 'auto']}
              allowDataOverflow={bounded}
              tickCount={5}
            />
            <Tooltip
              isAnimationActive={false}
              formatter={(value, name) => [formatValue(unit, Number(value)), String(name)]}
              labelFormatter={(step) => `step ${step}`}
              itemStyle={{ color: 'var(--ink)', padding: 0 }}
              contentStyle={{
                background: 'var(--card)',
                border: '1px solid var(--line)',
                borderRadius: 8,
                fontSize: 12,
              }}
            />
            {seeds > 1 &&
              curves.map(({ label }) => (
                <Area
                  key={`band ${label}`}
                  dataKey={`band ${label}`}
                  stroke="none"
                  fill={seriesColor(labels.indexOf(label))}
                  fillOpacity={0.14}
                  isAnimationActive={false}
                  tooltipType="none"
                  activeDot={false}
                  connectNulls
                />
              ))}
            {curves.map(({ label }) => (
              <Line
                key={label}
                name={label}
                dataKey={`mean ${label}`}
                stroke={seriesColor(labels.indexOf(label))}
                strokeWidth={1.9}
                dot={rows.length < 3}
                isAnimationActive={false}
                connectNulls
              />
            ))}
          </ComposedChart>
        </ResponsiveContainer>
      )}
    </section>
  );
});

type Row = Record<string, number | [number, number]>;

function rowsOf(curves: readonly Curve[], labels: readonly string[]): Row[] {
  const rows = new Map<number, Row>();
  for (const label of labels) {
    const curve = curves.find((one) => one.label === label);
    for (const [i, step] of curve?.steps.entries() ?? []) {
      const row = rows.get(step) ?? { step };
      row[`mean ${label}`] = curve?.mean[i] ?? NaN;
      row[`band ${label}`] = [curve?.low[i] ?? NaN, curve?.high[i] ?? NaN];
      rows.set(step, row);
    }
  }
  return [...rows.values()].sort((a, b) => Number(a.step) - Number(b.step));
}
