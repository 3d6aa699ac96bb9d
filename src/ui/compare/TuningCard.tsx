import type { Sweep } from '../../compare/sweep.ts';
import { MEASURES } from '../../compare/sweep-view.ts';
import { trialsOf } from '../../compare/tuning.ts';
import { isDone, type SweepRunView } from '../../store/compare-store.ts';

/** What tuning has tried, and what each arm got; nothing of a sweep that does not tune. */
export function TuningCard({ sweep, runs }: { sweep: Sweep; runs: readonly SweepRunView[] }) {
  const { tune, measure = 'sampled' } = sweep;
  if (!tune) return null;
  const trials = trialsOf(sweep, runs.filter(isDone));
  return (
    <section className="card" style={{ marginBottom: 12 }}>
      <h3 className="card-title">Tuning</h3>
      <div className="table-box">
        <table className="table" data-testid="tuning">
          <thead>
            <tr>
              <th scope="col">arm</th>
              <th scope="col">values</th>
              <th scope="col">runs done</th>
              <th scope="col">{MEASURES[measure]}, %</th>
              <th scope="col">chosen</th>
            </tr>
          </thead>
          <tbody>
            {trials.map(({ arm, variant, score, seeds, chosen }) => (
              <tr key={`${arm} ${variant.label}`}>
                <th scope="row">{arm}</th>
                <td>{variant.label}</td>
                <td>
                  {seeds} of {tune.seeds.length}
                </td>
                <td>{Number.isNaN(score) ? '' : score === -Infinity ? 'failed' : (100 * score).toFixed(1)}</td>
                <td>{chosen && <b>chosen</b>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="hint">
        Mean over the tuning seeds {tune.seeds.join(', ')}. These runs count for nothing else: the arms are compared on
        the seeds {sweep.seeds.join(', ')}.
      </p>
    </section>
  );
}
