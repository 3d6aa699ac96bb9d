import type { Cell } from '../../../regimes/results.ts';
import { points } from '../../../regimes/text.ts';

const [WIDTH, HEIGHT] = [320, 150];
const [LEFT, RIGHT, TOP, BOTTOM] = [92, WIDTH - 92, 12, HEIGHT - 24];

/** Sampled accuracy at the end by seed: one line per seed from Clip-Higher to the upper side, and the means. */
export function PairedPlot({ cell: { seeds, clipHigher, upperSide } }: { cell: Cell }) {
  const [from, to] = [clipHigher.measures.sampled, upperSide.measures.sampled];
  const all = [...from.values, ...to.values];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (value: number) => BOTTOM - ((value - low) / Math.max(high - low, 1e-6)) * (BOTTOM - TOP);
  const text = seeds.map(
    (seed, i) => `seed ${seed}: ${points(from.values[i] ?? NaN)} to ${points(to.values[i] ?? NaN)}`,
  );
  return (
    <svg
      className="paired-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Sampled accuracy in percent, Clip-Higher to upper side. ${text.join('; ')}`}
    >
      {[LEFT, RIGHT].map((x) => (
        <line key={x} x1={x} x2={x} y1={TOP - 6} y2={BOTTOM + 6} stroke="var(--line)" />
      ))}
      {seeds.map((seed, i) => {
        const [a, b] = [from.values[i] ?? NaN, to.values[i] ?? NaN];
        return (
          <g key={seed} className={b > a ? 'up' : 'down'}>
            <line x1={LEFT} x2={RIGHT} y1={y(a)} y2={y(b)} strokeDasharray={b > a ? undefined : '4 3'} />
            <circle cx={LEFT} cy={y(a)} r={2.6} />
            <circle cx={RIGHT} cy={y(b)} r={2.6} />
          </g>
        );
      })}
      <line
        x1={LEFT}
        x2={RIGHT}
        y1={y(from.interval.mean)}
        y2={y(to.interval.mean)}
        stroke="var(--ink)"
        strokeWidth={2.6}
      />
      <text x={LEFT - 8} y={y(from.interval.mean) + 4} textAnchor="end" className="mean">
        {points(from.interval.mean)} %
      </text>
      <text x={RIGHT + 8} y={y(to.interval.mean) + 4} className="mean">
        {points(to.interval.mean)} %
      </text>
      <text x={LEFT} y={HEIGHT - 4} textAnchor="middle">
        Clip-Higher
      </text>
      <text x={RIGHT} y={HEIGHT - 4} textAnchor="middle">
        upper side
      </text>
    </svg>
  );
}
