import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useEvaluate, type Evaluation } from '../../store/evaluate-store.ts';
import { download } from '../download.ts';
import { compact, percent } from '../format.ts';
import { detailsJsonl, fileStem, reportJson } from './exports.ts';
import { IntervalBar } from './IntervalBar.tsx';
import { comparisonOf, problemRows, type Comparison } from './problem-rows.ts';
import { statisticRows, type StatisticRow } from './statistic-rows.ts';
import { Table } from '../Table.tsx';

/** Every statistic of an evaluation with its interval, beside those of the one it is compared with. */
export function ReportCard({ evaluation }: { evaluation: Evaluation }) {
  const before = useEvaluate(({ evaluations, before: number }) => evaluations.find((one) => one.number === number));
  const { report, request } = evaluation;
  const rows = statisticRows(report, before?.report);
  const comparison = useMemo(
    () => before && comparisonOf(problemRows(evaluation.problems, before.problems)),
    [evaluation, before],
  );
  return (
    <section className="card" aria-label="Statistics" data-testid="evaluate-report">
      <h3 className="card-title">
        {evaluation.model}
        <small>
          {report.problems} problems, {report.samples} samples at temperature {compact(request.temperature)}, seed{' '}
          {request.seed}; {percent(report.level, 0)} intervals over problems
        </small>
      </h3>
      <Table
        className="evaluate-statistics"
        heads={[
          'statistic',
          'value',
          'interval',
          <span className="visually-hidden">interval from 0 to 100 %</span>,
          before && `evaluation ${before.number}`,
        ]}
      >
        {rows.map((row) => (
          <Line key={row.name} row={row} compared={before !== undefined} />
        ))}
      </Table>
      {before && <Difference comparison={comparison} number={before.number} />}
      <div className="evaluate-buttons">
        <span className="hint">
          Mean reward {compact(report.reward)}; {compact(evaluation.tokensPerSecond)} tokens/s
        </span>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={13} aria-hidden />}
          onClick={() => download(`${fileStem(evaluation)}.json`, reportJson(evaluation))}
        >
          Export report.json
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={13} aria-hidden />}
          onClick={() => download(`${fileStem(evaluation)}.jsonl`, detailsJsonl(evaluation))}
        >
          Export responses.jsonl
        </Button>
      </div>
    </section>
  );
}

function Line({ row: { name, help, value, interval, before }, compared }: { row: StatisticRow; compared: boolean }) {
  return (
    <tr data-statistic={name}>
      <th scope="row" title={help}>
        {name}
      </th>
      <td>
        <b>{percent(value)}</b>
      </td>
      <td className="evaluate-interval">
        {percent(interval[0])} to {percent(interval[1])}
      </td>
      <td className="evaluate-bar">
        <IntervalBar value={value} interval={interval} {...(before !== undefined && { before })} />
      </td>
      {compared && <td>{before === undefined ? '–' : percent(before)}</td>}
    </tr>
  );
}

function Difference({ comparison, number }: { comparison: Comparison | undefined; number: number }) {
  if (!comparison)
    return <p className="hint">It shares no problem with evaluation {number}: choose the same task and seed.</p>;
  const { shared, counts, difference, noSpread } = comparison;
  const { improved, worse, same } = counts;
  const points = (value: number) => `${value < 0 ? '−' : '+'}${(100 * Math.abs(value)).toFixed(1)}`;
  return (
    <p className="hint" data-testid="evaluate-difference">
      Against evaluation {number}, on {shared} shared {shared === 1 ? 'problem' : 'problems'}: {improved} improved,{' '}
      {worse} worse, {same} the same. Mean change of the share of correct responses:{' '}
      <b>{points(difference.mean)} points</b>
      {noSpread
        ? '; the share changed by the same amount on all problems, so there is no interval.'
        : ` (95 % interval ${points(difference.low)} to ${points(difference.high)}).`}
    </p>
  );
}
