import { joinsValues } from '../../logs/drawn-series.ts';
import { lastStep, LOG_SOURCES } from '../../logs/metric-log.ts';
import { useLogs, type OpenLog } from '../../store/logs-store.ts';

const many = (count: number, one: string) => `${count.toLocaleString('en')} ${count === 1 ? one : `${one}s`}`;

/** What a log has, and what of it could not be read. */
export function LogFacts({ log, matched, label }: Pick<OpenLog, 'log' | 'matched'> & { label: string }) {
  const { source, series, leftOut, notes } = log;
  const longest = series.reduce((most, { values }) => Math.max(most, values.length), 0);
  const along = useLogs((state) => state.along);
  return (
    <div className={leftOut.count > 0 || matched.length === 0 ? 'note warning' : 'note'} data-testid="log-facts">
      <b>{label}</b> ({LOG_SOURCES[source]}): {many(series.length, 'metric')}, up to step{' '}
      {lastStep(log).toLocaleString('en')}.{' '}
      {matched.length > 0
        ? `The studio has ${matched.length} of them.`
        : 'The studio has none of them: choose one under “Metrics that the studio does not have”.'}
      {joinsValues(longest, along) && ' A drawn point joins several values, whose bounds are drawn too.'}
      {(notes.length > 0 || leftOut.count > 0) && (
        <ul className="log-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
          {leftOut.count > 0 && <li>{many(leftOut.count, 'record')} left out:</li>}
          {leftOut.list.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
