/** Durations of steps for estimates: a step in which the machine slept says nothing about the others. */

/** A step this many times as long as the median, and longer than a minute, was suspended. */
const TIMES = 20;
const LEAST_MS = 60_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The same durations, with the median in the place of those of suspended steps. Milliseconds. */
export function withoutSleep(durations: readonly number[]): number[] {
  const middle = median(durations);
  const longest = Math.max(LEAST_MS, TIMES * middle);
  return durations.map((duration) => (duration > longest ? middle : duration));
}
