/** Ends of axes that divide into round ticks. */

const ENDS = [0.4, 0.8, 1, 2, 4, 6, 8, 10];

/** The smallest end of an axis from 0, at or above a value, whose quarters are round numbers. */
export function niceTop(highest: number): number {
  if (!(highest > 0)) return 1;
  const scale = 10 ** Math.floor(Math.log10(highest));
  const end = ENDS.find((one) => one * scale >= highest * (1 - 1e-9)) ?? 10;
  return Number((end * scale).toPrecision(6));
}
