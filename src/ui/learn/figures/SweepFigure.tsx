import { armsOf } from '../../../compare/sweep.ts';
import { formatMetric, metricOf } from '../../../run/metrics/lookup.ts';
import { distinctLabels } from '../../../run/strategies/distinct-labels.ts';
import { seriesColor } from '../../palette.ts';
import { differenceTexts, intervalText, settingsText, type Evidence } from '../sweep-evidence.ts';

const [WIDTH, ROW] = [300, 30];
/** Accuracy, 0 to 1, along the axis. */
const x = (share: number) => 6 + share * (WIDTH - 12);

/** One sweep: one ring per seed, their mean with its interval, and the difference to the baseline. */
export function SweepFigure({ evidence }: { evidence: Evidence }) {
  const { id, title, says, summary, sweep, curves } = evidence;
  const labels = distinctLabels(armsOf(sweep).flatMap(({ strategy }) => strategy ?? []));
  const names = new Map(armsOf(sweep).map(({ label }, i) => [label, labels[i]]));
  const anyCollapsed = summary.strategies.some(({ collapsed }) => collapsed > 0);
  return (
    <figure className="lesson-figure sweep" data-testid={`sweep-${id}`}>
      <h3>{title}</h3>
      <p>{says}</p>
      <div className="table-box">
        <table className="table lesson-table">
          <thead>
            <tr>
              <th scope="col">strategy, accuracy</th>
              <th scope="col" className="sweep-axis">
                <span>0 %</span>
                <span>held-out accuracy</span>
                <span>100 %</span>
              </th>
              <th scope="col">{metricOf('gradient/preserved_share').short}</th>
              {anyCollapsed && <th scope="col">collapsed</th>}
              <th scope="col">
                difference to {summary.baseline},
                <br />
                points
              </th>
            </tr>
          </thead>
          <tbody>
            {summary.strategies.map((one, i) => (
              <tr key={one.label}>
                <th scope="row">
                  {one.label}
                  {names.get(one.label) !== one.label && <small>{names.get(one.label)}</small>}
                  <small>{intervalText(one.sampled)} %</small>
                </th>
                <td className="sweep-dots">
                  <svg
                    width="100%"
                    viewBox={`0 0 ${WIDTH} ${ROW}`}
                    role="img"
                    aria-label={
                      `${one.label}: ` +
                      `${one.runs.map(({ sampled }) => formatMetric('accuracy/sampled', sampled)).join(', ')}`
                    }
                  >
                    {[0, 0.25, 0.5, 0.75, 1].map((share) => (
                      <line key={share} x1={x(share)} x2={x(share)} y1={0} y2={ROW} stroke="var(--line)" />
                    ))}
                    <line
                      x1={x(Math.max(0, one.sampled.low))}
                      x2={x(Math.min(1, one.sampled.high))}
                      y1={ROW / 2}
                      y2={ROW / 2}
                      stroke={seriesColor(i)}
                      strokeWidth={2.4}
                    />
                    {one.runs.map(({ seed, sampled }) => (
                      <circle key={seed} cx={x(sampled)} cy={ROW / 2} r={2.6} fill="none" stroke="var(--dim)" />
                    ))}
                    <circle cx={x(one.sampled.mean)} cy={ROW / 2} r={4.4} fill={seriesColor(i)} />
                  </svg>
                </td>
                <td>{formatMetric('gradient/preserved_share', one.preservedShare.mean)}</td>
                {anyCollapsed && (
                  <td>
                    {one.collapsed} of {one.runs.length}
                  </td>
                )}
                <td>
                  {differenceTexts(one)[0]} <small>{differenceTexts(one)[1]}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption>
        Accuracy of sampled responses: mean and 95 % interval; each ring is one seed. {settingsText(sweep)}.{' '}
        <a href={curves} target="_blank" rel="noreferrer">
          Plot of accuracy over the run
        </a>
      </figcaption>
    </figure>
  );
}
