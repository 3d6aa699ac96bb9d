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
