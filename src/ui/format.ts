/** Formats numbers for display. Metric values are written by src/run/metrics/units.ts. */
export { compact, percent } from '../run/metrics/units.ts';

/** `1 row`, `1,200 rows`. */
export const count = (value: number, what: string): string =>
  `${value.toLocaleString('en')} ${what}${value === 1 ? '' : 's'}`;

export function duration(seconds: number): string {
  if (Math.round(seconds) < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (Math.round(seconds / 60) < 60) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

/** A day in the user's time zone; with the year if it is not the current one. */
export function day(milliseconds: number): string {
  const year = isThisYear(milliseconds) ? {} : ({ year: 'numeric' } as const);
  return new Date(milliseconds).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year });
}

/** In the user's time zone. A day of another year has its year, so that columns have no room for the hour. */
export const isThisYear = (milliseconds: number): boolean =>
  new Date(milliseconds).getFullYear() === new Date().getFullYear();

export const hour = (milliseconds: number): string =>
  new Date(milliseconds).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

export const moment = (milliseconds: number): string =>
  new Date(milliseconds).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'medium' });

export const signed = (value: number): string => `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(2)}`;

/** Sizes in decimal units, as file managers of most systems and the hub show them. */
export function bytes(size: number): string {
  // Each unit takes what the smaller one would round up to 1000.
  if (size >= 999.95e6) return `${(size / 1e9).toFixed(2)} GB`;
  if (size >= 999.5e3) return `${(size / 1e6).toFixed(1)} MB`;
  if (size >= 999.5) return `${(size / 1e3).toFixed(0)} kB`;
  return `${Math.round(size)} B`;
}
