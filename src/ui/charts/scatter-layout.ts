/** Where the chart of tokens draws its points and labels, in pixels: the same on the page and in exported files. */
import { logAxis, ticks } from '../../run/metrics/ticks.ts';
import { formatValue } from '../../run/metrics/units.ts';
import { HISTOGRAM_RANGE } from '../../run/step-record.ts';
import type { TokenScatter } from '../../views/run-view.ts';

/** A range of ratios. */
export type RatioRange = readonly [from: number, to: number];

/** The ratios of the whole axis; tokens outside are drawn at its ends. */
export const ALL_RATIOS: RatioRange = [Math.exp(-HISTOGRAM_RANGE), Math.exp(HISTOGRAM_RANGE)];

export interface ScatterOptions {
  width: number;
  height: number;
  margin: { left: number; right: number; top: number; bottom: number };
  /** The clip range, as ratios; undefined where the strategy has none. */
  band: RatioRange | undefined;
  /** The ratios that are shown; all without it. */
  range: RatioRange | undefined;
  /** A logarithmic axis of probabilities. */
  log: boolean;
}

export interface ScatterLayout {
  inner: { left: number; right: number; top: number; bottom: number };
  /** Index of the token, and its place. */
  points: { token: number; x: number; y: number }[];
  /** Left and right end of the clip range, as far as it is shown. */
  band: [number, number] | undefined;
  xLabels: { x: number; text: string }[];
  yLabels: { y: number; text: string }[];
  /** The ratio at a place. */
  ratioAt: (x: number) => number;
}

/** Smallest probability of the logarithmic axis. */
const LEAST_PROBABILITY = 1e-6;
/** Horizontal distance that two labels keep. */
const LABEL_PIXELS = 34;

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

export function layOutScatter(
  { logRatio, probability }: Pick<TokenScatter, 'logRatio' | 'probability'>,
  { width, height, margin, band, range, log }: ScatterOptions,
): ScatterLayout {
  const inner = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
  const [from, to] = (range ?? ALL_RATIOS).map(Math.log) as [number, number];
  const x = (at: number) => inner.left + ((within(at, from, to) - from) / (to - from)) * (inner.right - inner.left);
  const lowest = probability.reduce((least, one) => Math.min(least, one), 1);
  const axis = log
    ? logAxis(Math.max(LEAST_PROBABILITY, lowest), 1)
    : { domain: [0, 1] as [number, number], ticks: [0, 0.5, 1] };
  const along = (value: number) => (log ? Math.log(value) : value);
  const [bottom, top] = axis.domain.map(along) as [number, number];
  const y = (value: number) =>
    inner.bottom - ((along(within(value, ...axis.domain)) - bottom) / (top - bottom)) * (inner.bottom - inner.top);

  const points: ScatterLayout['points'] = [];
  for (const [token, at] of logRatio.entries())
    // A token beyond the whole axis is drawn at its end, one beyond a zoomed axis is not shown.
    if (!range || (at >= from && at <= to)) points.push({ token, x: x(at), y: y(probability[token] ?? 0) });

  return {
    inner,
    points,
    band: band && [x(Math.log(Math.max(1e-9, band[0]))), x(Math.log(band[1]))],
    xLabels: apart(range ? zoomedLabels(range) : wholeLabels(band)).map(({ at, text }) => ({ x: x(at), text })),
    yLabels: axis.ticks.map((tick) => ({ y: y(tick), text: formatValue('share', tick).replace('.0 %', ' %') })),
    ratioAt: (place) => Math.exp(from + within((place - inner.left) / (inner.right - inner.left), 0, 1) * (to - from)),
  };

  /** Labels in order of importance, without those that would touch an earlier one. */
  function apart(labels: { at: number; text: string }[]): { at: number; text: string }[] {
    return labels.filter(({ at }, i) =>
      labels.slice(0, i).every((earlier) => Math.abs(x(earlier.at) - x(at)) >= LABEL_PIXELS),
    );
  }
}

const [LEAST, MOST] = ALL_RATIOS;

function wholeLabels(band: RatioRange | undefined): { at: number; text: string }[] {
  return [
    { at: 0, text: 'r = 1' },
    { at: Math.log(LEAST), text: `≤ ${LEAST.toFixed(2)}` },
    { at: Math.log(MOST), text: `≥ ${MOST.toFixed(1)}` },
    ...(band ?? []).map((bound) => ({ at: Math.log(Math.max(1e-9, bound)), text: String(Number(bound.toFixed(3))) })),
  ];
}

const zoomedLabels = ([from, to]: RatioRange): { at: number; text: string }[] =>
  ticks(from, to, 6).map((ratio) => ({ at: Math.log(ratio), text: String(Number(ratio.toPrecision(6))) }));
