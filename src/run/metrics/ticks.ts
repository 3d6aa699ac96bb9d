/** Ends and ticks of every axis, on the page and in plots of the command line: round numbers only. */
import { nice, ticks as roundTicks } from 'd3-array';

/** About `count` round values between two: multiples of 1, 2 or 5 times a power of ten. */
export const ticks = (low: number, high: number, count: number): number[] =>
  high > low ? roundTicks(low, high, count).map((value) => value + 0) : [low];

/** Extends a range to round ends, between which `ticks` of the same count has a tick at either end. */
export function niceDomain(low: number, high: number, count: number): [number, number] {
  const [bottom, top] = nice(low, high > low ? high : low + 1, count);
  return [bottom + 0, top + 0];
}

/** Ticks of an axis of steps: whole numbers. */
export const stepTicks = (first: number, last: number, count: number): number[] =>
  ticks(first, last, Math.max(1, Math.min(count, last - first))).filter(Number.isInteger);

/** Most ticks of a logarithmic axis. */
const MOST_LOG_TICKS = 7;

/**
 * A logarithmic axis with ticks at powers of ten; at 1, 2 and 5 times one where the values span less than two decades,
 * and at equal distances where they hardly differ.
 */
export function logAxis(low: number, high: number): { domain: [number, number]; ticks: number[] } {
  if (high > low && high / low < 5) {
    const [bottom, top] = niceDomain(low, high, 4);
    if (bottom > 0) return { domain: [bottom, top], ticks: ticks(bottom, top, 4) };
  }
  const wide = Math.log10(high / low) >= 2;
  const factors = wide ? [1] : [1, 2, 5];
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1];
  const marks = Array.from({ length: last - first + 1 }, (_, i) =>
    factors.map((factor) => Number(`${factor}e${first + i}`)),
  ).flat();
  const bottom = marks.findLast((mark) => mark <= low * (1 + 1e-9)) ?? low;
  const top = marks.find((mark) => mark >= high * (1 - 1e-9) && mark > bottom) ?? high;
  const inside = marks.filter((mark) => mark >= bottom && mark <= top);
  const every = Math.ceil(inside.length / MOST_LOG_TICKS);
  return { domain: [bottom, top], ticks: inside.filter((_, i) => i % every === 0) };
}
