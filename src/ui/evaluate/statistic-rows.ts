/** The statistics of a report as rows: greedy, avg@k, pass@k, maj@k and cons@k. */
import type { EvaluationReport } from '../../views/evaluation.ts';

export interface StatisticRow {
  name: string;
  help: string;
  value: number;
  interval: readonly [low: number, high: number];
  /** The same statistic of the earlier evaluation, if it has it. */
  before?: number;
}

const PASS = 'Chance that at least one of k responses is correct, estimated without bias from all samples.';
const MAJORITY = 'Expected accuracy of a majority vote over the final answers of k responses.';

export function statisticRows(report: EvaluationReport, earlier: EvaluationReport | undefined): StatisticRow[] {
  const { intervals, samples } = report;
  const row = (
    name: string,
    help: string,
    value: number,
    interval: StatisticRow['interval'] | null | undefined,
    before: number | null | undefined,
  ): StatisticRow => ({
    name,
    help,
    value,
    interval: interval ?? [NaN, NaN],
    ...(before !== undefined && before !== null && { before }),
  });
  const perK = (key: 'pass@k' | 'majority', label: string, help: string) =>
    Object.entries(report[key]).map(([k, value]) =>
      row(`${label}@${k}`, help, value, intervals[key][k], earlier?.[key][k]),
    );
  return [
    ...(report.greedy === null
      ? []
      : [
          row(
            'greedy',
            'Share of problems whose greedy response is correct.',
            report.greedy,
            intervals.greedy,
            earlier?.greedy,
          ),
        ]),
    row(
      `avg@${samples}`,
      'Mean over problems of the share of correct responses.',
      report['avg@k'],
      intervals['avg@k'],
      earlier?.['avg@k'],
    ),
    ...perK('pass@k', 'pass', PASS),
    ...perK('majority', 'maj', MAJORITY),
    row(
      `cons@${samples}`,
      'Share of problems where the correct answer alone has the most votes.',
      report['cons@k'],
      intervals['cons@k'],
      earlier?.['cons@k'],
    ),
  ];
}
