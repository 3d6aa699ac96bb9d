/**
 * Colours of strategies: Okabe and Ito's, which stay apart for colour-blind readers, set for light and dark in
 * theme.css.
 */
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

/** Dashes of lines by their colour, in pixels: lines stay apart without their colours, too. */
const DASHES: Readonly<Record<string, string>> = {
  'var(--series-2)': '9 3',
  'var(--series-3)': '2 3',
  'var(--series-4)': '9 3 2 3',
  'var(--series-5)': '5 3',
  'var(--series-6)': '12 3 5 3',
  'var(--series-7)': '1 4',
  'var(--series-8)': '9 3 2 3 2 3',
  'var(--zone-negative-low)': '9 3',
  'var(--zone-positive-low)': '2 3',
  'var(--zone-negative-high)': '9 3 2 3',
  'var(--zone-inside)': '5 3',
};

/** Undefined for a solid line. */
export const dashOf = (color: string): string | undefined => DASHES[color];
