import '../../charts/curve.css';
import { useMemo, useState } from 'react';
import { formatMetric, metricOf, type MetricName } from '../../../run/metrics/lookup.ts';
import { stepTicks, ticks } from '../../../run/metrics/ticks.ts';
import { unitOf } from '../../../run/metrics/units.ts';
import { tinyMetrics, tinyRun, type TinyMetrics } from '../tiny-policy.ts';
import { KLEAR_BAND, type LessonStrategy } from '../weights.ts';
import { LessonFigure } from './LessonFigure.tsx';
import { LessonSlider } from './LessonSlider.tsx';

const MOST = 12;
const [WIDTH, HEIGHT] = [300, 150];
const MARGIN = { left: 42, right: 8, top: 8, bottom: 20 };

const STRATEGIES: { title: string; name: LessonStrategy['name']; color: string; dash?: string }[] = [
  { title: 'PPO', name: 'ppo', color: 'var(--series-2)', dash: '6 3' },
  { title: 'no clipping', name: 'importance', color: 'var(--series-8)', dash: '2 3' },
  { title: 'GPPO', name: 'gppo', color: 'var(--series-1)' },
];

const SHOWN: {
  id: string;
  metric: MetricName;
  /** Upper end of the axis. */
  most: number;
  of: (metrics: TinyMetrics) => number;
}[] = [
  {
    id: 'entropy',
    metric: 'actor/entropy',
    most: 1.5,
    of: ({ entropy }) => entropy,
  },
  {
    id: 'clipped',
    metric: 'clip_ratio/region_mean',
    most: 1,
    of: ({ low, high }) => low + high,
  },
  {
    id: 'preserved',
    metric: 'gradient/preserved_share',
    most: 1,
    of: ({ preserved }) => preserved,
  },
];

/** The numbers that the Train page draws, for the small policy: by the same definitions. */
export function WatchFigure() {
  const [rate, setRate] = useState(0.5);
  const [beta1, setBeta1] = useState(1);
  const runs = useMemo(
    () =>
      STRATEGIES.map((strategy) => ({
        ...strategy,
        metrics: tinyRun({ name: strategy.name, ...KLEAR_BAND, beta1 }, rate, MOST).map((state) => tinyMetrics(state)),
      })),
    [rate, beta1],
  );
  const x = (step: number) => MARGIN.left + (step / MOST) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (share: number) => HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  return (
    <LessonFigure
      name="watch"
      controls={
        <>
          <LessonSlider label="Learning rate" value={rate} min={0.05} max={1} step={0.05} onChange={setRate} />
          <LessonSlider label="GPPO’s β₁" value={beta1} min={0} max={2} step={0.05} onChange={setBeta1} />
        </>
      }
      caption={
        'The four-answer policy over twelve updates on one rollout. PPO’s preserved gradient is 0 by definition. ' +
        'Without clipping, it is the part of the gradient that PPO would have set to 0.'
      }
    >
      <ul className="curve-legend">
        {STRATEGIES.map(({ title, color, dash }) => (
          <li key={title}>
            <svg width={22} height={8} aria-hidden>
              <line x1={0} x2={22} y1={4} y2={4} stroke={color} strokeWidth={2.2} strokeDasharray={dash} />
            </svg>
            {title}
          </li>
        ))}
      </ul>
      <div className="three-panels">
        {SHOWN.map(({ id, metric, most, of }) => (
          <div key={id} data-testid={`watch-${id}`}>
            <p className="panel-title">{metricOf(metric).title}</p>
            <p className="panel-metric">
              <code>{metric}</code>
            </p>
            <svg
              viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
              width="100%"
              role="img"
              aria-label={`${metricOf(metric).title} after ${MOST} updates: ${runs
                .map((run) => `${run.title} ${formatMetric(metric, of(run.metrics.at(-1) as TinyMetrics))}`)
                .join(', ')}`}
            >
              {ticks(0, most, 3).map((value) => (
                <g key={value}>
                  <line
                    x1={MARGIN.left}
                    x2={WIDTH - MARGIN.right}
                    y1={y(value / most)}
                    y2={y(value / most)}
                    stroke="var(--line)"
                  />
                  <text x={MARGIN.left - 5} y={y(value / most) + 3.5} textAnchor="end" className="curve-tick">
                    {unitOf(metricOf(metric).unit).tick(value)}
                  </text>
                </g>
              ))}
              {stepTicks(0, MOST, 6).map((step) => (
                <text key={step} x={x(step)} y={HEIGHT - 5} textAnchor="middle" className="curve-tick">
                  {step}
                </text>
              ))}
              {runs.map((run) => (
                <path
                  key={run.name}
                  d={run.metrics
                    .map(
                      (metrics, step) =>
                        `${step === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(of(metrics) / most).toFixed(1)}`,
                    )
                    .join('')}
                  fill="none"
                  stroke={run.color}
                  strokeWidth={2.2}
                  strokeDasharray={run.dash}
                />
              ))}
            </svg>
          </div>
        ))}
      </div>
    </LessonFigure>
  );
}
