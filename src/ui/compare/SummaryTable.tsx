import { NO_VALUE, type Interval } from '../../compare/intervals.ts';
import type { StrategySummary, SweepSummary } from '../../compare/summary.ts';
import { columnHead, columnNumber, MEASURES, tableColumns, type TableColumn } from '../../compare/sweep-view.ts';
import { detectablePoints, effectText, probability } from '../../compare/table.ts';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { seriesColor } from '../palette.ts';
import { Table } from '../Table.tsx';

/** A difference of accuracies, in points. */
const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${(100 * Math.abs(value)).toFixed(1)}`;

/** Results per strategy over seeds, with intervals; a verdict only where the interval excludes 0. */
export function SummaryTable({ summary }: { summary: SweepSummary }) {
  const columns = tableColumns(summary);
  return (
    <>
      <Table
        className="summary"
        testId="summary"
        heads={[
          'arm',
          ...columns.map((column) => (
            <MetricTerm key={column.field} metric={column.metric}>
              {columnHead(column)}
            </MetricTerm>
          )),
          'collapsed',
          `difference to ${summary.baseline}`,
          <abbr key="p" title="Probability of such a difference without a true one, corrected after Holm">
            p
          </abbr>,
          <abbr key="effect" title="Mean difference in standard deviations of the differences">
            effect size
          </abbr>,
          <abbr
            key="detectable"
            title="The least true difference that this many seeds find with 80 % probability, in points"
          >
            least detectable
          </abbr>,
        ]}
      >
        {summary.strategies.map((one, i) => (
          <tr key={one.label}>
            <th scope="row">
              <i className="swatch" style={{ background: seriesColor(i) }} />
              {one.label}
            </th>
            {columns.map((column) => (
              <td key={column.field}>
                <Cell column={column} interval={one[column.field] ?? NO_VALUE} seeds={one.runs.length} />
              </td>
            ))}
            <td>{one.collapsed > 0 ? `${one.collapsed} of ${one.runs.length}` : 'no'}</td>
            <td>
              <Difference of={one} />
            </td>
            <td>{probability(one.difference?.p)}</td>
            <td>{effectText(one)}</td>
            <td>{detectablePoints(one)}</td>
          </tr>
        ))}
      </Table>
      <p className="hint">
        Means over seeds with {(100 * summary.confidence).toFixed(0)} % t intervals if there are at least {ENOUGH}{' '}
        seeds. Differences are paired by seed, in points of held-out {MEASURES[summary.measure ?? 'sampled']}; levels
        are corrected for {Math.max(1, summary.strategies.length - 1)} comparison
        {summary.strategies.length > 2 ? 's' : ''} (Holm).
      </p>
    </>
  );
}

/** Seeds that an interval needs: a t interval of two is too wide to be useful. */
const ENOUGH = 3;

interface CellProps {
  column: TableColumn;
  interval: Interval;
  seeds: number;
}

function Cell({ column, interval: { mean, low, high }, seeds }: CellProps) {
  const number = (value: number) => columnNumber(column, value);
  if (column.table === 'mean') return number(mean);
  return (
    <>
      <b>{number(mean)}</b>{' '}
      {seeds >= ENOUGH && Number.isFinite(low) && (
        <span className="aside">
          [{number(low)}, {number(high)}]
        </span>
      )}
    </>
  );
}

function Difference({ of: { difference, runs } }: { of: StrategySummary }) {
  if (!difference) return <span className="aside">baseline</span>;
  const { interval, verdict } = difference;
  const tone = verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : 'aside';
  return (
    <>
      {signed(interval.mean)}{' '}
      {runs.length >= ENOUGH && Number.isFinite(interval.low) && (
        <span className="aside">
          [{signed(interval.low)}, {signed(interval.high)}]
        </span>
      )}{' '}
      <span className={tone}>{verdict}</span>
    </>
  );
}
