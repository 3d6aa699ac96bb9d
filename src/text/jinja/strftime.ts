/** Python's strftime in the C locale. */
import { unsupported } from './values.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** Directives that stand for others. */
const COMPOUND: Record<string, string> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  h: '%b',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};
const DAY = 86_400_000;

/**
 * @param date as local time
 * @param format with the directives of Python's documentation, and glibc's flags `-`, `_`, `0`, `^`
 * @throws TemplateError naming a directive that is not supported
 */
export function strftime(date: Date, format: string): string {
  return format.replace(/%([-_0^]?)([^]?)/gu, (whole, flag: string, directive: string) => {
    const compound = COMPOUND[directive];
    if (compound !== undefined && (flag === '' || flag === '^')) return upperIf(flag, strftime(date, compound));
    const text = TEXTS[directive]?.(date);
    if (text !== undefined && (flag === '' || flag === '^')) return upperIf(flag, text);
    const number = NUMBERS[directive]?.(date);
    if (number === undefined || flag === '^') return unsupported(`strftime's ${whole}`);
    const [value, width, fill] = number;
    if (flag === '-') return String(value);
    return String(value).padStart(width, flag === '_' ? ' ' : flag === '0' ? '0' : fill);
  });
}

function upperIf(flag: string, text: string): string {
  return flag === '^' ? text.toUpperCase() : text;
}

const TEXTS: Record<string, (date: Date) => string> = {
  '%': () => '%',
  n: () => '\n',
  t: () => '\t',
  a: (date) => dayName(date).slice(0, 3),
  A: dayName,
  b: (date) => monthName(date).slice(0, 3),
  B: monthName,
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getHours() < 12 ? 'am' : 'pm'),
  // A date without a time zone has none to print.
  z: () => '',
  Z: () => '',
};

function dayName(date: Date): string {
  return DAYS[date.getDay()] ?? '';
}

function monthName(date: Date): string {
  return MONTHS[date.getMonth()] ?? '';
}

/** Value, width and padding. */
const NUMBERS: Record<string, (date: Date) => [number, number, '0' | ' ']> = {
  C: (date) => [Math.floor(date.getFullYear() / 100), 2, '0'],
  d: (date) => [date.getDate(), 2, '0'],
  e: (date) => [date.getDate(), 2, ' '],
  f: (date) => [date.getMilliseconds() * 1000, 6, '0'],
  G: (date) => [isoWeek(date).year, 4, '0'],
  H: (date) => [date.getHours(), 2, '0'],
  I: (date) => [date.getHours() % 12 || 12, 2, '0'],
  j: (date) => [dayOfYear(date), 3, '0'],
  k: (date) => [date.getHours(), 2, ' '],
  l: (date) => [date.getHours() % 12 || 12, 2, ' '],
  m: (date) => [date.getMonth() + 1, 2, '0'],
  M: (date) => [date.getMinutes(), 2, '0'],
  S: (date) => [date.getSeconds(), 2, '0'],
  u: (date) => [date.getDay() || 7, 1, '0'],
  U: (date) => [Math.floor((dayOfYear(date) + 6 - date.getDay()) / 7), 2, '0'],
  V: (date) => [isoWeek(date).week, 2, '0'],
  w: (date) => [date.getDay(), 1, '0'],
  W: (date) => [Math.floor((dayOfYear(date) + 6 - ((date.getDay() + 6) % 7)) / 7), 2, '0'],
  y: (date) => [date.getFullYear() % 100, 2, '0'],
  Y: (date) => [date.getFullYear(), 1, '0'],
};

/** 1 for the first of January; by the calendar, not by hours, of which a day may have 23 or 25. */
function dayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return (day - Date.UTC(date.getFullYear(), 0, 1)) / DAY + 1;
}

/** The week of ISO 8601, which belongs to the year of its Thursday. */
function isoWeek(date: Date): { year: number; week: number } {
  const monday = (date.getDay() + 6) % 7;
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate() - monday + 3));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7) + 1 };
}
