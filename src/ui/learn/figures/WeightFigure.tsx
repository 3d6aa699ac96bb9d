import '../../charts/curve.css';
import { useState, type ReactNode } from 'react';
import { CURVE_RANGE, CurveChart, type CurveLine } from '../../objective/CurveChart.tsx';
import { weightOf, zoneOf, type LessonStrategy } from '../weights.ts';
import { LessonFigure } from './LessonFigure.tsx';
import { weightLine } from './weight-curves.ts';

export interface NamedStrategy {
  title: string;
  strategy: LessonStrategy;
}

/**
 * Gradient weight over the ratio for both signs of A, with one token of the given ratio on the first strategy's curve.
 */
export function WeightFigure({
  name,
  strategies,
  ratio,
  controls,
  caption,
}: {
  name: string;
  strategies: readonly NamedStrategy[];
  ratio: number;
  controls: ReactNode;
  caption: ReactNode;
}) {
  const [pointed, setPointed] = useState<number>();
  const first = strategies[0]?.strategy;
  if (!first) return null;
  const lines = (advantage: number): CurveLine[] =>
    strategies.map(({ title, strategy }, i) => weightLine(strategy, advantage, title, `var(--series-${i + 1})`));
  const shown = pointed === undefined ? ratio : Math.exp(pointed);
  return (
    <LessonFigure name={name} controls={controls} caption={caption}>
      <div className="two-panels">
        {([1, -1] as const).map((advantage) => (
          <div key={advantage} data-testid={`weights-${advantage > 0 ? 'good' : 'bad'}`}>
            <p className="panel-title">{advantage > 0 ? 'Positive advantage, A > 0' : 'Negative advantage, A < 0'}</p>
            <ul className="curve-legend">
              <li className="aside">r = {shown.toFixed(2)}</li>
              {strategies.map(({ title, strategy }, i) => (
                <li key={title}>
                  <svg width={18} height={8} aria-hidden>
                    <line
                      x1={0}
                      x2={18}
                      y1={4}
                      y2={4}
                      stroke={`var(--series-${i + 1})`}
                      strokeWidth={i === 0 ? 2.6 : 1.8}
                      strokeDasharray={i === 0 ? undefined : '5 2.5'}
                    />
                  </svg>
                  {title} <b>w {weightOf(strategy, shown, advantage).toFixed(2)}</b>
                </li>
              ))}
            </ul>
            <CurveChart
              title={`gradient weight w over the ratio r, ${advantage > 0 ? 'A > 0' : 'A < 0'}`}
              lines={lines(advantage)}
              height={(answer) => answer.weight}
              range={[0, 3]}
              handles={[]}
              dots={
                Math.abs(Math.log(ratio)) <= CURVE_RANGE
                  ? [
                      {
                        logRatio: Math.log(ratio),
                        height: weightOf(first, ratio, advantage),
                        zone: zoneOf(first, ratio, advantage),
                      },
                    ]
                  : []
              }
              band={{ low: 1 - first.eps_low, high: 1 + first.eps_high }}
              pointed={pointed ?? Math.log(ratio)}
              onPoint={setPointed}
            />
          </div>
        ))}
      </div>
    </LessonFigure>
  );
}
