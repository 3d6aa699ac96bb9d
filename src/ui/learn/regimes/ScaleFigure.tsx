import type { ScaleStudy } from '../../../regimes/results.ts';
import { directionOf, gainText, meanText, points } from '../../../regimes/text.ts';

const [WIDTH, HEIGHT] = [340, 190];
const [LEFT, RIGHT, TOP, BOTTOM] = [38, WIDTH - 10, 10, HEIGHT - 34];
/** Accuracy axis, the same in both figures. */
const [LOW, HIGH] = [0.4, 0.9];
const TICKS = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

interface ScaleProps {
  name: string;
  side: string;
  study: ScaleStudy;
}

/** Sampled accuracy over a scale of the preserved gradient: means with intervals, and one ring per seed. */
export function ScaleFigure({ name, side, study }: ScaleProps) {
  const x = (scale: number) => LEFT + scale * (RIGHT - LEFT - 16) + 8;
  const y = (share: number) => BOTTOM - ((Math.min(HIGH, Math.max(LOW, share)) - LOW) / (HIGH - LOW)) * (BOTTOM - TOP);
  const means = study.points.map(({ scale, figures }) => ({ scale, ...figures.measures.sampled }));
  const { interval } = study.slopes.sampled;
  const direction = directionOf(interval);
  return (
    <figure className="lesson-figure regime-scale">
      <h4>
        {name}: {side}
      </h4>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Sampled accuracy in percent by ${name}: ${means
          .map(({ scale, interval: one }) => `${scale}: ${meanText(one)}`)
          .join('; ')}`}
      >
        {TICKS.map((share) => (
          <g key={share}>
            <line x1={LEFT} x2={RIGHT} y1={y(share)} y2={y(share)} stroke="var(--line)" />
            <text x={LEFT - 6} y={y(share) + 4} textAnchor="end">
              {(100 * share).toFixed(0)} %
            </text>
          </g>
        ))}
        {means.map(({ scale, values }) => (
          <g key={scale}>
            {values.map((value, i) => (
              <circle key={study.seeds[i]} cx={x(scale)} cy={y(value)} r={2.4} fill="none" stroke="var(--dim)" />
            ))}
            <text x={x(scale)} y={BOTTOM + 15} textAnchor="middle">
              {scale}
            </text>
          </g>
        ))}
        <polyline
          points={means.map(({ scale, interval: one }) => `${x(scale)},${y(one.mean)}`).join(' ')}
          fill="none"
          stroke="var(--series-1)"
          strokeWidth={2}
        />
        {means.map(({ scale, interval: one }) => (
          <g key={scale}>
            <line
              x1={x(scale)}
              x2={x(scale)}
              y1={y(one.low)}
              y2={y(one.high)}
              stroke="var(--series-1)"
              strokeWidth={2.4}
            />
            <circle cx={x(scale)} cy={y(one.mean)} r={4} fill="var(--series-1)" />
          </g>
        ))}
        <text x={(LEFT + RIGHT) / 2} y={HEIGHT - 3} textAnchor="middle">
          {name}
        </text>
      </svg>
      <figcaption>
        {direction === 'loss' && 'Accuracy falls: '}
        {direction === 'gain' && 'Accuracy rises: '}
        {direction === 'no difference shown' && 'No dependence is shown: '}
        {gainText(interval)} points from 0 to 1. This design finds a slope of {points(study.slopes.sampled.least)}{' '}
        points with 80 % probability. {study.seeds.length} seeds; means with 95 % intervals.
      </figcaption>
    </figure>
  );
}
