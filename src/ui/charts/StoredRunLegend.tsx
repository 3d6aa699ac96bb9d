import { configDifferences } from '../../run/config-difference.ts';
import { strategyNames, strategyOf } from '../../archive/run-list.ts';
import { LAST_RUN, NO_STORED_RUN, useStoredRun } from '../../store/stored-run-store.ts';
import { useRun } from '../../store/run-store.ts';

/** Differences that are listed; the Runs page shows all of them. */
const LISTED = 6;

/** Names the live run and the stored run behind it, and the fields in which their recipes differ. */
export function StoredRunLegend() {
  const running = useRun((run) => run.running);
  const choice = useStoredRun((state) => state.choice);
  const storedRun = useStoredRun((state) => state.shown);
  if (choice === NO_STORED_RUN) return null;
  if (!storedRun)
    return (
      <p className="stored-run-legend">
        {choice === LAST_RUN ? 'No earlier run is stored in this browser.' : 'The chosen run is no longer stored.'}
      </p>
    );
  const differences = running ? configDifferences([running, storedRun.run.config]) : [];
  const [live, stored] = running ? strategyNames([running, storedRun.run.config]) : ['', strategyOf(storedRun.run)];
  const rest = differences.length - LISTED;
  return (
    <div className="stored-run-legend" data-testid="stored-run-legend">
      <ul className="legend">
        {running && (
          <li>
            <Dash />
            {running.name} · {live}
          </li>
        )}
        <li>
          <Dash faint />
          {storedRun.run.name} · {stored}, stored run
        </li>
      </ul>
      {running && differences.length === 0 && 'Same recipe and seed.'}
      {differences.length > 0 && (
        <dl>
          {differences.slice(0, LISTED).map(({ path, values: [ours, theirs] }) => (
            <div key={path}>
              <dt>{path}:</dt>{' '}
              <dd>
                {ours ?? '\u2013'} <span className="aside">(stored run: {theirs ?? '\u2013'})</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rest > 0 && <span>and {rest} more fields</span>}
    </div>
  );
}

function Dash({ faint = false }: { faint?: boolean }) {
  return (
    <svg width={22} height={8} aria-hidden>
      <line
        x1={0}
        x2={22}
        y1={4}
        y2={4}
        stroke="var(--accent)"
        strokeWidth={faint ? 1.4 : 2}
        {...(faint && { strokeDasharray: '2 3', opacity: 0.7 })}
      />
    </svg>
  );
}
