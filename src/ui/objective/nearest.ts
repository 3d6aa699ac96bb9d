/** Index of the point nearest to a position, on an even grid. */
export function nearest(logRatios: readonly number[], at: number): number {
  const [first = 0, last = 1] = [logRatios[0], logRatios.at(-1)];
  return Math.round(((at - first) / (last - first)) * (logRatios.length - 1));
}
