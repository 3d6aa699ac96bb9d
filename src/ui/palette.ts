/**
 * Colours of strategies: Okabe and Ito's, which stay apart for colour-blind readers, set for light and dark in
 * theme.css.
 */
import { LINE_DASHES } from '../compare/line-look.ts';

const COLORS = [
  '--series-1',
  '--series-2',
  '--series-3',
  '--series-4',
  '--series-5',
  '--series-6',
  '--series-7',
  '--series-8',
];

export const seriesColor = (index: number): string => `var(${COLORS[index % COLORS.length] ?? '--ink'})`;

/** Dashes of lines by their colour. */
const DASHES: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(COLORS.map((_, i) => [seriesColor(i), LINE_DASHES[i]])),
  'var(--zone-negative-low)': '9 3',
  'var(--zone-positive-low)': '2 3',
  'var(--zone-negative-high)': '9 3 2 3',
  'var(--zone-inside)': '5 3',
};

/** Undefined for a solid line. */
export const dashOf = (color: string): string | undefined => DASHES[color];

/** Of a line of another trainer, which is never solid. */
export const foreignDash = (color: string): string => DASHES[color] ?? '6 2';
