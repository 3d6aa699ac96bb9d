import '../../charts/curve.css';
import { zoneColor } from '../../zones.ts';
import { TINY_ANSWERS, type TinyState } from '../tiny-policy.ts';

const [WIDTH, HEIGHT] = [460, 250];
const MARGIN = { left: 40, right: 14, top: 10, bottom: 34 };
const [LOW, HIGH] = [Math.log(1 / 16), Math.log(4.4)];
const TICKS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4];
const tick = (ratio: number) => (ratio < 1 ? `1/${1 / ratio}` : String(ratio));

/** Colours of the answers, distinct from those of the zones. */
export const ANSWER_COLORS = ['var(--series-3)', 'var(--series-4)', 'var(--series-7)', 'var(--series-8)'];

/**
 * The ratio of every answer of the small policy over the updates of a rollout, on a logarithmic scale; dots are
 * coloured by zone.
 */
export function RatioPanel({
  title,
  states,
  band,
  update,
}: {
  title: string;
  states: readonly TinyState[];
  band: { low: number; high: number };
  update: number;
}) {
  const updates = Math.max(1, states.length - 1);
  const x = (step: number) => MARGIN.left + (step / updates) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (ratio: number) =>
    HEIGHT -
    MARGIN.bottom -
    ((Math.min(HIGH, Math.max(LOW, Math.log(ratio))) - LOW) / (HIGH - LOW)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  return (
    <div className="ratio-panel" data-testid={`ratios-${title}`}>
      <p className="panel-title">{title}</p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width="100%"
        role="img"
        aria-label={
          `${title}: ratios after ${update} updates: ` +
          `${TINY_ANSWERS.map(({ text }, j) => `${text} ${(states[update]?.ratios[j] ?? 1).toFixed(2)}`).join(', ')}`
        }
      >
        <rect
          x={MARGIN.left}
          width={WIDTH - MARGIN.left - MARGIN.right}
          y={y(band.high)}
          height={y(band.low) - y(band.high)}
          fill="var(--accent)"
          opacity={0.1}
        />
        {TICKS.map((ratio) => (
          <g key={ratio}>
            <line
              x1={MARGIN.left}
              x2={WIDTH - MARGIN.right}
              y1={y(ratio)}
              y2={y(ratio)}
              stroke="var(--line)"
              strokeWidth={ratio === 1 ? 1.6 : 1}
            />
            <text x={MARGIN.left - 6} y={y(ratio) + 3.5} textAnchor="end" className="curve-tick">
              {tick(ratio)}
            </text>
          </g>
        ))}
        {states.map((_, step) => (
          <text key={step} x={x(step)} y={HEIGHT - MARGIN.bottom + 14} textAnchor="middle" className="curve-tick">
            {step}
          </text>
        ))}
        <text x={(MARGIN.left + WIDTH - MARGIN.right) / 2} y={HEIGHT - 5} textAnchor="middle" className="curve-tick">
          updates on this rollout
        </text>
        <line
          x1={x(update)}
          x2={x(update)}
          y1={MARGIN.top}
          y2={HEIGHT - MARGIN.bottom}
          stroke="var(--ink)"
          strokeDasharray="2 3"
        />
        {TINY_ANSWERS.map(({ text }, j) => (
          <g key={text}>
            <path
              d={states
                .map(
                  ({ ratios }, step) =>
                    `${step === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(ratios[j] ?? 1).toFixed(1)}`,
                )
                .join('')}
              fill="none"
              stroke={ANSWER_COLORS[j]}
              strokeWidth={j === 0 ? 2.6 : 1.7}
              strokeLinejoin="round"
            />
            {states.map(({ ratios, zones }, step) => (
              <circle
                key={step}
                cx={x(step)}
                cy={y(ratios[j] ?? 1)}
                r={step === update ? 5 : 2.4}
                fill={zoneColor(zones[j] ?? 'inside')}
                stroke={step === update ? 'var(--ink)' : 'none'}
              />
            ))}
          </g>
        ))}
      </svg>
    </div>
  );
}
