/** Numbers as people read them. */

export const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;

/** Three significant digits, with exponent only where needed. */
export function compact(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(size >= 1e7 ? 0 : 1)}M`;
  if (size >= 1e3) return `${(value / 1e3).toFixed(size >= 1e5 ? 0 : 1)}k`;
  if (size < 1e-3) return value.toExponential(1);
  return Number(value.toPrecision(3)).toString();
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** A day in the reader's time zone; the year where it is another one. */
export function day(milliseconds: number): string {
  const date = new Date(milliseconds);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : ({ year: 'numeric' } as const);
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year });
}

export const hour = (milliseconds: number): string =>
  new Date(milliseconds).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

export const moment = (milliseconds: number): string =>
  new Date(milliseconds).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'medium' });

export const signed = (value: number): string => `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(2)}`;

/** Sizes in decimal units, as file managers of most systems and the hub show them. */
export function bytes(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} GB`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  if (count >= 1e3) return `${(count / 1e3).toFixed(0)} kB`;
  return `${Math.round(count)} B`;
}
