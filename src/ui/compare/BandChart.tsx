import { memo, useMemo } from 'react';
import type { Curve } from '../../compare/summary.ts';
import { curvesCsv } from '../../compare/table.ts';
import { metricOf, titleWithUnit, type MetricRef, type MetricName } from '../../run/metrics/lookup.ts';
import { hasDots } from '../charts/charts.ts';
import { LineChartCard } from '../charts/LineChartCard.tsx';
import type { LineSpec } from '../charts/lines.ts';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { seriesColor } from '../palette.ts';

interface BandChartProps {
  chart: MetricRef & { metric: MetricName };
  curves: readonly Curve[];
  /** All strategies, for their colours. */
  labels: readonly string[];
  seeds: number;
  /** Names the files of exports. */
  comparison: string;
}

const HEIGHT = 210;
/** Seeds up to which each has a line of its own behind the mean. */
const MOST_SEED_LINES = 8;

const seedKey = (label: string, seed: number | undefined): string => `${label}, seed ${seed ?? ''}`;
const seedLines = (bySeed: Curve['bySeed']): Curve['bySeed'] =>
  bySeed.length > 1 && bySeed.length <= MOST_SEED_LINES ? bySeed : [];

/** A metric over steps for all strategies: means, and a band over seeds. Hovering marks the same step in all charts. */
export const BandChart = memo(function BandChart({ chart, curves, labels, seeds, comparison }: BandChartProps) {
  const { unit } = metricOf(chart.metric);
  const { series, lines } = useMemo(
    () => ({
      series: Object.fromEntries(
        curves.flatMap(({ label, steps, mean, low, high, bySeed, seeds: own }) => [
          [label, { steps, values: mean, ...(seeds > 1 && { low, high }) }],
          ...seedLines(bySeed).map((line, i) => [seedKey(label, own[i]), line] as const),
        ]),
      ),
      lines: curves.flatMap(({ label, bySeed, seeds: own }): LineSpec[] => {
        const color = seriesColor(labels.indexOf(label));
        return [
          ...seedLines(bySeed).map((_, i): LineSpec => {
            const title = `${label}, seed ${own[i] ?? ''}`;
            return { key: seedKey(label, own[i]), title, color, faint: 'raw' };
          }),
          {
            key: label,
            title: label,
            color,
            ...(seeds > 1 && { band: 'area' }),
            ...(hasDots(chart) && { dots: true }),
          },
        ];
      }),
    }),
    [chart, curves, labels, seeds],
  );
  return (
    <LineChartCard
      name={`compare-${chart.metric}`}
      title={titleWithUnit(chart.metric)}
      heading={<MetricTerm metric={chart.metric}>{titleWithUnit(chart.metric)}</MetricTerm>}
      figures={[{ text: bandText(seeds) }]}
      empty="appears after the first run"
      series={series}
      lines={lines}
      unit={unit}
      whole={false}
      height={HEIGHT}
      together="compare"
      run={comparison}
      subtitle={bandText(seeds)}
      csv={() => curvesCsv(curves)}
    />
  );
});

const bandText = (seeds: number): string =>
  seeds < 2 ? 'one seed' : seeds < 3 ? 'mean, lowest to highest seed' : 'mean and 95 % interval over seeds';
