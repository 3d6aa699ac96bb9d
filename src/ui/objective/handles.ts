/** Parameters of a strategy that can be dragged on its curves. */
import {
  plainBand,
  resolveStrategy,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';
import type { Handle } from './CurveChart.tsx';

/** Maximum value that fits the chart. */
const HIGHEST = 3;
const round = (value: number) => Number(value.toFixed(3));
const clamp = (value: number, low: number, high: number) => round(Math.min(high, Math.max(low, value)));

/**
 * @param positive the side A > 0 or A < 0: each has the beta of its own clipped zone
 * @param weights true for charts of the weight, which show the betas
 */
export function handlesOf(
  strategy: StrategyConfig,
  positive: boolean,
  weights: boolean,
  set: (parameter: string, value: number) => void,
): Handle[] {
  if (strategy.name === 'custom') return [];
  const resolved = resolveStrategy(strategy);
  const band = plainBand(resolved);
  const parameters = strategyInfo(strategy.name as BuiltInStrategy).parameters;
  const { eps_low: low, eps_high: high } = resolved.parameters as { eps_low: number; eps_high: number };
  const handles: Handle[] = [];
  // GMPO's bounds are log-ratios themselves; CISPO's cap replaces its band.
  const logarithmic = strategy.name === 'gmpo';
  // The chart ends at r = 1/4.
  const lowest = logarithmic ? round(Math.log(4)) : 0.75;
  if (band && parameters.eps_low && !parameters.eps_low.zonesOnly && band.low > 0) {
    handles.push(
      {
        id: 'eps_low',
        label: 'epsilon low',
        along: 'ratio',
        logRatio: Math.log(Math.max(1e-9, band.low)),
        value: low,
        step: 0.01,
        range: [0, lowest],
        set: (value) => set('eps_low', clamp(value, 0, lowest)),
        at: (logRatio) => (logarithmic ? -logRatio : 1 - Math.exp(logRatio)),
      },
      {
        id: 'eps_high',
        label: 'epsilon high',
        along: 'ratio',
        logRatio: Math.log(band.high),
        value: high,
        step: 0.01,
        range: [0, HIGHEST],
        set: (value) => set('eps_high', clamp(value, 0, HIGHEST)),
        at: (logRatio) => (logarithmic ? logRatio : Math.exp(logRatio) - 1),
      },
    );
  }
  if (band && weights && positive && parameters.beta2) {
    const beta = resolved.parameters.beta2 ?? 1;
    handles.push({
      id: 'beta2',
      label: 'beta 2, weight above the clip range',
      along: 'weight',
      logRatio: (Math.log(band.high) + Math.log(4)) / 2,
      height: beta * band.high,
      value: beta,
      step: 0.05,
      range: [0, HIGHEST],
      set: (value) => set('beta2', clamp(value, 0, HIGHEST)),
      at: (_, height) => height / band.high,
    });
  }
  if (band && weights && !positive && parameters.beta1 && resolved.parameters.only_high !== 1) {
    const beta = resolved.parameters.beta1 ?? 1;
    handles.push({
      id: 'beta1',
      label: 'beta 1, weight below the clip range',
      along: 'weight',
      logRatio: (Math.log(Math.max(1e-9, band.low)) - Math.log(4)) / 2,
      height: beta * band.low,
      value: beta,
      step: 0.05,
      range: [0, HIGHEST],
      set: (value) => set('beta1', clamp(value, 0, HIGHEST)),
      at: (_, height) => height / band.low,
    });
  }
  return handles;
}
