import type { CurveAnswer } from '../../../views/strategy-views.ts';
import { CURVE_RANGE, type CurveLine } from '../../objective/CurveChart.tsx';
import { weightOf, zoneOf, type LessonStrategy } from '../weights.ts';

const POINTS = 321;
const LOG_RATIOS = Array.from({ length: POINTS }, (_, i) => (2 * (i / (POINTS - 1)) - 1) * CURVE_RANGE);

/** The gradient weight over the ratio, for the Objective page's chart. */
export function weightLine(strategy: LessonStrategy, advantage: number, name: string, color: string): CurveLine {
  const bounds = { low: 1 - strategy.eps_low, high: 1 + strategy.eps_high };
  const answers = LOG_RATIOS.map((logRatio): CurveAnswer => {
    const ratio = Math.exp(logRatio);
    return {
      value: 0,
      weight: weightOf(strategy, ratio, advantage),
      zone: zoneOf(strategy, ratio, advantage),
      clipped: false,
      dualClipped: false,
      broken: false,
      exhausted: false,
      push: 0,
      ...bounds,
    };
  });
  return { name, color, logRatios: LOG_RATIOS, answers };
}
