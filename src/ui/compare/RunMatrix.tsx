import { summarizeRun } from '../../compare/run-summary.ts';
import { armsOf, type Sweep } from '../../compare/sweep.ts';
import { formatMetric } from '../../run/metrics/lookup.ts';
import { isComparing, useCompare, type SweepRunView } from '../../store/compare-store.ts';
import { seriesColor } from '../palette.ts';
import { timeLeft, timeLeftText } from './time-left.ts';

/** Progress of each run: one row per strategy, one column per seed. */
export function RunMatrix({ sweep, runs }: { sweep: Sweep; runs: readonly SweepRunView[] }) {
  const { rl, sft } = sweep.base;
  const comparing = useCompare(isComparing);
  const left = comparing ? timeLeft(runs, (rl?.steps ?? 0) + (sft?.steps ?? 0)) : undefined;
  return (
    <section className="card">
      <h3 className="card-title">
        Runs
        {left !== undefined && (
          <span className="aside" data-testid="time-left">
            {timeLeftText(left)}
          </span>
        )}
      </h3>
      <div className="table-box">
        <table className="matrix runs" data-testid="run-matrix">
          <thead>
            <tr>
              <td />
              {sweep.seeds.map((seed) => (
                <th key={seed} scope="col">
                  seed {seed}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {armsOf(sweep).map(({ label }, i) => (
              <tr key={label}>
                <th scope="row">
                  <i className="swatch" style={{ background: seriesColor(i) }} />
                  {label}
                </th>
                {sweep.seeds.map((seed) => {
                  const run = runs.find((one) => one.label === label && one.seed === seed);
                  return <Cell key={seed} run={run} steps={sweep.base.rl?.steps ?? 0} />;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ run, steps }: { run: SweepRunView | undefined; steps: number }) {
  if (!run || run.state === 'waiting') return <td className="aside">waiting</td>;
  const made = run.records.filter(({ phase }) => phase === 'rl').length;
  if (run.state === 'running')
    return (
      <td
        style={{
          background:
            `linear-gradient(90deg, color-mix(in srgb, var(--accent) 20%, var(--card)) ${(100 * made) / steps}%, ` +
            'var(--card) 0)',
        }}
      >
        {made} of {steps}
      </td>
    );
  const { sampled, collapsed } = summarizeRun(run);
  return (
    <td title={collapsed} data-testid="run-done">
      {formatMetric('accuracy/sampled', sampled)} {collapsed !== undefined && <span className="bad">collapsed</span>}
    </td>
  );
}
