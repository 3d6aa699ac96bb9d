import { memo } from 'react';
import { COLLAPSE_IDS, COLLAPSES } from '../../advice/collapse.ts';
import { formatMetric, metricOf, type MetricName } from '../../run/metrics/lookup.ts';
import { ZoneBar } from '../ZoneBar.tsx';
import { zonesOf, type DrawnLane } from './lanes.ts';

/** The figures of a lane, in the order of what a talk looks at. */
const FIGURES: readonly { metric: MetricName; of: 'latest' | 'evaluated' }[] = [
  { metric: 'critic/score/mean', of: 'latest' },
  { metric: 'accuracy/sampled', of: 'evaluated' },
  { metric: 'actor/entropy', of: 'latest' },
  { metric: 'gradient/preserved_share', of: 'latest' },
];

const STATES: Record<DrawnLane['view']['state'], string> = {
  racing: '',
  finished: 'finished',
  stopped: 'stopped',
  failed: 'failed',
};

/** One strategy of the race: its newest figures, its gradient by zone, and when it collapsed. */
export const LaneCard = memo(function LaneCard({ lane, acting }: { lane: DrawnLane; acting: boolean }) {
  const { label, color, view, collapses } = lane;
  const zones = zonesOf(lane.latest);
  return (
    <section
      className="card lane"
      aria-label={label}
      data-testid="lane"
      data-state={view.state}
      style={{ borderTopColor: color }}
    >
      <h3 className="lane-name">
        <i className="swatch" style={{ background: color }} />
        {label}
        <small data-changing>
          {view.state === 'racing'
            ? `${acting ? '▶ ' : ''}step ${view.step}`
            : `${STATES[view.state]}, step ${view.step}`}
        </small>
      </h3>
      <dl className="lane-figures">
        {FIGURES.map(({ metric, of }) => {
          const value = lane[of]?.metrics[metric];
          return (
            <div key={metric}>
              <dt title={metricOf(metric).help}>{metricOf(metric).short}</dt>
              <dd data-testid={`lane-${metric}`}>{value === undefined ? '–' : formatMetric(metric, value)}</dd>
            </div>
          );
        })}
      </dl>
      {zones && <ZoneBar zones={zones} />}
      {COLLAPSE_IDS.map(
        (id) =>
          collapses[id] !== undefined && (
            <p key={id} className="lane-alarm" data-testid="lane-alarm">
              {COLLAPSES[id].meaning} at step {collapses[id]}
            </p>
          ),
      )}
      {view.error && (
        <p className="lane-alarm" role="alert">
          {view.error.message} {view.error.advice}
        </p>
      )}
    </section>
  );
});
