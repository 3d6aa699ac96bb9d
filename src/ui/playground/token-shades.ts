/** Token colours by probability, entropy or rank, and the format of numbers and blanks. */
import type { PlaygroundToken, TokenReadingView } from '../../views/playground.ts';

export const SHADINGS = ['probability', 'entropy', 'rank'] as const;
export type Shading = (typeof SHADINGS)[number];

export const SHADING_HELP: Record<Shading, string> = {
  probability: 'Darker: less probable token.',
  entropy: 'Darker: higher entropy.',
  rank: 'Darker: more tokens were more probable.',
};

/** Ends of the scale, for the legend. */
export const SHADING_ENDS: Record<Shading, [string, string]> = {
  probability: ['100 %', '0.1 % or less'],
  entropy: ['0 nats', '3 nats or more'],
  rank: ['first', '100th or later'],
};

const COLOR: Record<Shading, string> = {
  probability: 'var(--zone-positive-high)',
  entropy: 'var(--zone-positive-low)',
  rank: 'var(--zone-negative-low)',
};
/** Text is readable on the darkest shade in both colour schemes. */
const DEEPEST = 0.55;

/** 0 to 1. */
function depth({ logprob, entropy, rank }: TokenReadingView, shading: Shading): number {
  if (shading === 'probability') return -logprob / Math.log(1000);
  if (shading === 'entropy') return entropy / 3;
  return Math.log(rank) / Math.log(100);
}

const mix = (color: string, share: number) =>
  `color-mix(in srgb, ${color} ${Math.round(100 * Math.min(1, Math.max(0, share)))}%, transparent)`;

export const shade = (shading: Shading, depthOf: number): string =>
  mix(COLOR[shading], DEEPEST * Math.min(1, Math.max(0, depthOf)));

export function tokenShade({ reading }: PlaygroundToken, shading: Shading): string | undefined {
  return reading && shade(shading, depth(reading, shading));
}

/** Blanks are made visible in tokens of blanks only. */
export const visible = (text: string): string =>
  text === ''
    ? '\u2205'
    : text
        .replaceAll('\n', '\u21b5')
        .replaceAll('\t', '\u21e5')
        .replace(/^ +$/, (blanks) => '\u2423'.repeat(blanks.length));

/** As `visible`, with the space that many tokens begin with. */
export const named = (text: string): string => visible(text).replace(/^ /, '\u2423');

/** A probability from a log-prob in nats: with as many decimals as are significant. */
export function probability(logprob: number): string {
  const share = 100 * Math.exp(logprob);
  if (share >= 99.95) return '100 %';
  if (share >= 10) return `${share.toFixed(1)} %`;
  if (share >= 0.1) return `${share.toFixed(2)} %`;
  return share >= 0.001 ? `${share.toFixed(4)} %` : `${share.toExponential(0)} %`;
}

export const nats = (value: number): string =>
  `${value < 0 ? '\u2212' : ''}${Math.abs(value).toFixed(Math.abs(value) < 10 ? 3 : 1)}`;
