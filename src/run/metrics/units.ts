/** How the numbers of each unit are written: the one formatter that page, command line and plots share. */

export interface UnitInfo {
  /** Shown in column heads and on axes, for example `nats per token`; empty for a number without a unit. */
  label: string;
  /** Possible values; a chart's axis stays within them. */
  range: readonly [lowest: number, highest: number];
  /** Whether axes show the whole range instead of following the values. */
  wholeAxis?: boolean;
  /** A value without its unit, for cells under a head that names the unit. */
  number: (value: number) => string;
  /** A round value on an axis. */
  tick: (value: number) => string;
}

const MISSING = '\u2013';

/** A share of 1 in per cent. */
export const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;

/** `1e-4`, `2.5e-6`; at most three significant digits. */
export const scientific = (value: number): string =>
  value === 0 ? '0' : Number(value.toPrecision(3)).toExponential().replace('e+', 'e');

/** `12.3k`, `1M`: thousands and millions of numbers from 1000 on, in that many significant digits. */
function scaled(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const [divisor, letter] = size >= 1e6 ? [1e6, 'M'] : size >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${Number((rounded / divisor).toPrecision(digits))}${letter}`;
}

/** Three significant digits, with an exponent only where needed. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  if (value === 0) return '0';
  return Math.abs(value) < 1e-3 ? scientific(Number(value.toPrecision(2))) : scaled(value, 3);
}

/** A round number on an axis: all its digits. */
const tickText = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? scientific(value) : scaled(value, 9);

/** Percent with one decimal; smaller values keep one significant digit, so that a few tokens are not shown as 0. */
function perCent(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const size = Math.abs(100 * value);
  if (size === 0 || size >= 0.05) return (100 * value).toFixed(1);
  return size < 1e-4 ? '<0.0001' : Number((100 * value).toPrecision(1)).toString();
}

const SHARE = {
  label: '%',
  range: [0, 1],
  number: perCent,
  tick: (value) => `${Number((100 * value).toPrecision(6))} %`,
} satisfies UnitInfo;

const plain = (label: string, range: UnitInfo['range'] = [0, Infinity]): UnitInfo => ({
  label,
  range,
  number: compact,
  tick: tickText,
});
const REAL: UnitInfo['range'] = [-Infinity, Infinity];

export const UNITS = {
  /** Between 0 and 1, written in per cent. */
  share: SHARE,
  /** A share whose axis always goes from 0 to 100 %. */
  accuracy: { ...SHARE, wholeAxis: true },
  /** A weighted sum, on any scale; 0 or 1 by a verifier. */
  reward: plain('', REAL),
  /** Rewards relative to their group, divided by a standard deviation or not (`rl.advantage`). */
  advantage: plain('', REAL),
  loss: plain('', REAL),
  nats: plain('nats', REAL),
  'nats per token': plain('nats per token', REAL),
  /** Whole passes over the rows, and parts of one. */
  epochs: plain('epochs'),
  perplexity: plain('', [1, Infinity]),
  norm: plain(''),
  /** Sums of |f w A| over tokens. */
  mass: plain(''),
  ratio: plain(''),
  cosine: { ...plain('', [-1, 1]), wholeAxis: true, number: (value) => value.toFixed(2) } satisfies UnitInfo,
  'learning rate': { ...plain(''), number: scientific, tick: scientific } satisfies UnitInfo,
  /** A value of another trainer, whose unit is not known. */
  number: plain('', REAL),
  /** A whole number of things that the title names. */
  count: plain(''),
  tokens: plain('tokens'),
  'tokens per second': plain('tokens/s'),
  milliseconds: { ...plain('ms'), number: (value) => String(Math.round(value)) } satisfies UnitInfo,
} satisfies Record<string, UnitInfo>;

export type Unit = keyof typeof UNITS;

export const unitOf = (unit: Unit): UnitInfo => UNITS[unit];

/** A value as people read it: `84.4 %`, `3e-4`, `0.238`. Other units than per cent are named by the text around it. */
export function formatValue(unit: Unit, value: number): string {
  const { label, number } = unitOf(unit);
  return label === '%' && Number.isFinite(value) ? `${number(value)} %` : number(value);
}
