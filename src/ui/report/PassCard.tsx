import { useMemo } from 'react';
import { STAGE_TITLES } from '../../report/report-text.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { Series } from '../../run/series.ts';
import { LineChartCard } from '../charts/LineChartCard.tsx';
import type { LineSpec } from '../charts/lines.ts';
import { percent } from '../format.ts';
import { STAGE_COLORS } from './stage-colors.ts';

/** pass@k over k, one line per stage with its interval. */
export function PassCard({ report }: { report: RunReport }) {
  const { stages, run, level } = report;
  const { series, lines } = useMemo(() => {
    const lines = stages.map(({ stage }): LineSpec => ({
      key: stage,
      title: STAGE_TITLES[stage],
      color: STAGE_COLORS[stage],
      dots: true,
      band: 'area',
    }));
    const series = Object.fromEntries(
      stages.map(({ stage, evaluation }): [string, Series] => {
        const ks = Object.keys(evaluation['pass@k']);
        const bounds = ks.map((k) => evaluation.intervals['pass@k'][k] ?? ([NaN, NaN] as const));
        return [
          stage,
          {
            steps: ks.map(Number),
            values: ks.map((k) => evaluation['pass@k'][k] ?? NaN),
            low: bounds.map(([low]) => low),
            high: bounds.map(([, high]) => high),
          },
        ];
      }),
    );
    return { series, lines };
  }, [stages]);
  return (
    <LineChartCard
      name="report-pass"
      title="pass@k"
      help="Chance that at least one of k sampled responses is correct"
      figures={stages.map(({ stage, evaluation }) => ({
        text: percent(evaluation['pass@k'][evaluation.samples] ?? NaN),
        color: STAGE_COLORS[stage],
      }))}
      empty=""
      series={series}
      lines={lines}
      unit="share"
      along="k"
      height={210}
      run={run.name}
      subtitle={`bands: ${percent(level, 0)} intervals over problems`}
    />
  );
}
