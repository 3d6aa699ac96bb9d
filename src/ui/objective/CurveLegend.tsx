import '../charts/curve.css';
import { dashOf } from '../palette.ts';
import type { CurveAnswer } from '../../views/strategy-views.ts';
import type { CurveLine } from './CurveChart.tsx';
import { nearest } from './nearest.ts';

/** The legend of the curves; with the pointer on a chart, the values of each strategy at that ratio. */
export function CurveLegend({
  lines,
  pointed,
  surrogate,
}: {
  lines: readonly CurveLine[];
  pointed: number | undefined;
  surrogate: (answer: CurveAnswer, line: CurveLine) => number;
}) {
  return (
    <ul className="curve-legend" data-testid="curve-legend">
      <li className="aside">
        {pointed === undefined ? 'point at a curve to read its values' : `r = ${Math.exp(pointed).toFixed(2)}`}
      </li>
      {lines.map((line, i) => {
        const answer = pointed === undefined ? undefined : line.answers[nearest(line.logRatios, pointed)];
        return (
          <li key={i}>
            <svg width={18} height={8} aria-hidden>
              <line
                x1={0}
                x2={18}
                y1={4}
                y2={4}
                stroke={line.color}
                strokeWidth={i === 0 ? 2.6 : 1.8}
                strokeDasharray={i === 0 ? undefined : (dashOf(line.color) ?? '5 2.5')}
              />
            </svg>
            {line.name}
            {answer && (
              <>
                {' '}
                <b>w {answer.weight.toFixed(2)}</b>{' '}
                <span className="aside">J {surrogate(answer, line).toFixed(2)}</span>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
