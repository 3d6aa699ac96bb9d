import { figuresOf } from '../../logs/log-summary.ts';
import { seriesKey, metricOf } from '../../run/metrics/lookup.ts';
import { formatValue } from '../../run/metrics/units.ts';
import { LineKey } from '../charts/LineKey.tsx';
import { MetricTerm } from '../learn/MetricTerm.tsx';
import { Table } from '../Table.tsx';
import type { DrawnLog } from './log-charts.ts';

/** The values of the logs as a table, with the names in them and how their definitions differ. */
export function LogTable({ logs }: { logs: readonly DrawnLog[] }) {
  const rows = logs.flatMap((log) => log.matched.map((match) => ({ log, match })));
  if (rows.length === 0) return null;
  return (
    <section className="card" aria-label="Values of the logs" data-testid="log-table">
      <h3 className="card-title">Values of the logs</h3>
      <Table
        className="log-table"
        heads={['log', 'metric', 'name in the log', 'first', 'last', 'lowest', 'highest', 'steps', 'how it differs']}
      >
        {rows.map(({ log, match }) => {
          const { unit, title } = metricOf(match.ours.metric);
          const { first, last, lowest, highest, from, to } = figuresOf(match.series);
          return (
            <tr key={`${log.id} ${seriesKey(match.ours)} ${match.series.name}`}>
              <th scope="row">
                <LineKey color={log.color} foreign />
                {log.label}
              </th>
              <td className="text">
                <MetricTerm metric={match.ours.metric}>{title}</MetricTerm>
              </td>
              <td className="text log-name">
                <code>{match.series.name}</code>
              </td>
              {[first, last, lowest, highest].map((value, i) => (
                <td key={i}>{formatValue(unit, value)}</td>
              ))}
              <td>{from === to ? from : `${from} to ${to}`}</td>
              <td className="text log-differs">{match.rule.differs ?? 'same definition'}</td>
            </tr>
          );
        })}
      </Table>
    </section>
  );
}
