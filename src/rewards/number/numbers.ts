/** Finds the numbers in a text with their exact values. docs/rewards.md has the table of forms. */
import Fraction from 'fraction.js';
import { plainText } from './plain-text.ts';

export interface FoundNumber {
  value: Fraction;
  /** Of a percent sign (1/100) or a word such as million, which may also be read as a unit; undefined without one. */
  factor?: Fraction;
  /** Whether it is a full hour, such as 2:00. */
  hour?: boolean;
}

/** A number and its place in the plain text. */
interface Placed extends FoundNumber {
  start: number;
  end: number;
}

/**
 * 1,234,567  12,34,567  1 234 567 with thin spaces  1'234  1.234.567  1234.5  .5; with plain spaces only 1 234 567 and
 * 5 000, because 5 100 may be two numbers, as in 5 100 dollar bills.
 */
const FORMS: readonly string[] = [
  String.raw`[1-9]\d{0,2}(?: \d{3}){2,}(?![\d,]|\.\d)`,
  String.raw`[1-9]\d{0,2} 0\d\d(?![\d,]|\.\d)`,
  String.raw`[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.])`,
  String.raw`(?:[1-9]\d*(?:[,\u00a0\u202f\u2009'’_]\d{3})+(?!\d)|[1-9]\d?(?:,\d{2})+,\d{3}(?!\d)|\d+)(?:\.\d+)?`,
  String.raw`\.\d+`,
];
const NUMERAL = new RegExp(FORMS.join('|'), 'g');
/**
 * In an answer, commas between digits are left out wherever they are, as by openai/grade-school-math, verl and
 * lm-evaluation-harness: 1,2000 is a misplaced separator. In other text 1,2 may be a list.
 */
const ANSWER_NUMERAL = new RegExp([String.raw`[1-9]\d*(?:,\d+)+(?:\.\d+)?`, ...FORMS].join('|'), 'g');
const GROUPED_BY_DOTS = /^\d{1,3}(?:\.\d{3}){2,}$/;
const SEPARATORS = /[, \u00a0\u202f\u2009'’_]/g;

/** Longest numeral and largest power of ten, in digits, that count as a number: values are exact. */
const MOST_DIGITS = 400;

const EXPONENT = /[eE]([-+]?\d{1,4})(?![\p{L}\d])/uy;
const TIMES_POWER_OF_TEN = /[ \t\u202f]*[×x*·][ \t\u202f]*10[ \t]?\^[ \t]?\{?([-+]?\d{1,4})\}?/y;
const POWER = /[ \t]?\^[ \t]?\{?([-+]?\d{1,4})\}?/y;
const SLASH = /[ \t]{0,3}\/[ \t]{0,3}(?=\d)/y;
const MIXED = /(?:[ \t\u00a0\u202f]{1,3}|[ \t]and[ \t])(\d{1,9})\/(\d{1,9})(?![\d/]|\.\d)/y;
const PERCENT = /[ \t\u202f]{0,3}(?:%|(?:percent|per cent|pct)(?!\p{L}))/iuy;
const SCALE = /[ \t\u202f]{0,3}(hundred|thousand|million|billion|trillion|dozen)s?(?!\p{L})|k(?!\p{L})/iuy;
const SCALES: Readonly<Record<string, number>> = {
  hundred: 1e2,
  thousand: 1e3,
  k: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
  dozen: 12,
};

const CURRENCY = String.raw`(?:(?:US|CA|C|AU|A|NZ|HK|S|R)?\$|[€£¥₹₩₽¢]|(?:Rs\.?|USD|EUR|GBP|INR|JPY|CNY|CAD|AUD)(?!\p{L}))`;
/** A sign before a numeral, or before the currency in front of it. */
const SIGN = new RegExp(String.raw`([-+\u2013])([ \t]*)${CURRENCY}?[ \t]*$|${CURRENCY}[ \t]*([-+\u2013])$`, 'u');
const SIGN_IN_WORDS = new RegExp(String.raw`(\S?)[ \t]*(?<!\p{L})(?:minus|negative)[ \t]+${CURRENCY}?$`, 'iu');
const CURRENCY_IN_LETTERS = /(?:^|[^\p{L}])(?:Rs|USD|EUR|GBP|INR|JPY|CNY|CAD|AUD)$/u;
/** Characters in front of a numeral that are looked at. */
const CONTEXT = 24;

/** All numbers of a text, in order. */
export function numbersIn(text: string): FoundNumber[] {
  return placedNumbers(plainText(text));
}

/** The last number of a text; a full hour counts only in a text without other numbers. */
export function lastNumber(text: string): FoundNumber | undefined {
  const numbers = numbersIn(text);
  return numbers.findLast((one) => !one.hour) ?? numbers.at(-1);
}

/** A minus between a marker and its number, which may have a space after it: only on a new line is it a bullet. */
const LEADING_MINUS = new RegExp(
  String.raw`^([ \t\u00a0\u202f]*[-\u2013])[ \t\u00a0\u202f]+(?=${CURRENCY}?[ \t]?\.?\d)`,
  'u',
);

/**
 * The first number of an answer, which is the text after a marker; if an equation starts with it (`5 + 7 = 12`), the
 * number after the last equals sign that no operation follows.
 */
export function firstNumber(text: string): FoundNumber | undefined {
  const plain = plainText(text).replace(LEADING_MINUS, '$1');
  const numbers = placedNumbers(plain, ANSWER_NUMERAL);
  /** The number that counts so far, and the one that counted before the last equals sign. */
  let [chosen, earlier] = [numbers[0], numbers[0]];
  for (let i = 1; i < numbers.length; i++) {
    const [before, after] = [numbers[i - 1], numbers[i]];
    if (!before || !after) break;
    const gap = plain.slice(before.end, after.start);
    if (gap.length > MOST_BETWEEN || !OPERATORS.test(gap)) break;
    if (/[=≈]/.test(gap)) [earlier, chosen] = [chosen, after];
    else chosen = earlier;
  }
  return chosen;
}

/**
 * Between two numbers of an equation: a unit such as `apples`, `per day` or `km/h`; closing brackets; operators, or the
 * `of` of `25% of 72`, or nothing before a bracket as in `2(9)`; opening brackets, a currency.
 */
const OPERATORS = new RegExp(
  String.raw`^[ \t\u202f]*(?:\p{L}*[ \t]?(?:/|per )?\p{L}+[ \t]*)?[)\]}$ \t]*` +
    String.raw`(?:[-+*×x·÷/=≈\u2013]+|(?<=[ \t])of(?=[ \t])|(?<=[\d)])(?=\()|^(?=\())[=≈([{$€£¥+ \t\u202f-]*$`,
  'u',
);
const MOST_BETWEEN = 40;

/** The value of a text that is nothing but one number with its currency, unit or final full stop. */
export function onlyNumber(text: string): FoundNumber | undefined {
  const numbers = numbersIn(text);
  return numbers.length === 1 && !/\d.*\s.*\d|\p{L}{2,}.*\d/su.test(text.trim()) ? numbers[0] : undefined;
}

function placedNumbers(text: string, numeral = NUMERAL): Placed[] {
  const found: Placed[] = [];
  /** Up to where the text belongs to a number that was read, or to one that is none, such as a date. */
  let taken = 0;
  for (const match of text.matchAll(numeral)) {
    if (match.index < taken) continue;
    const numeral = readNumeral(text, match.index, match[0]);
    taken = numeral.end;
    if (numeral.value) found.push({ ...numeral, value: numeral.value });
  }
  return found;
}

/** @returns no value for what is written with digits and is no number: times, dates, versions, names such as CO2 */
function readNumeral(
  text: string,
  index: number,
  match: string,
): Partial<FoundNumber> & { start: number; end: number } {
  // No.5 and U.S.5 have no leading dot.
  const dotted = match.startsWith('.') && /[\p{L}\d)]/u.test(text[index - 1] ?? '');
  const [start, digits] = dotted ? [index + 1, match.slice(1)] : [index, match];
  let end = index + match.length;
  const chain = /(?:[.:]\d+)+/y;
  chain.lastIndex = end;
  const more = chain.exec(text);
  // A full hour, such as 2:00, is its number; other times, ratios and versions are none.
  if (more && /^\d{1,2}$/.test(digits) && /^(?::00){1,2}$/.test(more[0]))
    return { start, end: end + more[0].length, value: decimal(digits), hour: true };
  if (more) return { start, end: end + more[0].length };
  if (digits.length > MOST_DIGITS || isPartOfName(text, start)) return { start, end };
  let value = GROUPED_BY_DOTS.test(digits)
    ? decimal(digits.replaceAll('.', ''))
    : decimal(digits.replace(SEPARATORS, ''));
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = end;
    const taken = pattern.exec(text) ?? undefined;
    if (taken) end += taken[0].length;
    return taken;
  };

  const ten = take(EXPONENT) ?? take(TIMES_POWER_OF_TEN);
  const power = ten ? undefined : take(POWER);
  if (ten) value = value.mul(powerOfTen(Number(ten[1])));
  else if (power) {
    const raised = raise(value, Number(power[1]));
    if (!raised) return { start, end };
    value = raised;
  } else if (take(SLASH)) {
    const below = denominator(text, end);
    end = below.end;
    if (!below.value) return { start, end };
    value = value.div(below.value);
  } else if (/^\d+$/.test(digits.replace(SEPARATORS, ''))) {
    const before = end;
    const mixed = take(MIXED);
    const [top, bottom] = [Number(mixed?.[1]), Number(mixed?.[2])];
    if (mixed && top > 0 && top < bottom) value = value.add(new Fraction(top, bottom));
    else end = before;
  }
  if (isNegative(text, start)) value = value.neg();
  const scale = take(PERCENT) ? new Fraction(1, 100) : scaleOf(take(SCALE));
  return { start, end, value, ...(scale && { factor: scale }) };
}

/** The number after a slash; without a value where it is zero, or one of several as in a date. */
function denominator(text: string, at: number): { value?: Fraction; end: number } {
  const pattern = /[\d,]*\d(?:\.\d+)?/y;
  pattern.lastIndex = at;
  const digits = pattern.exec(text)?.[0] ?? '';
  let end = at + digits.length;
  const chain = /(?:\/\d+)+/y;
  chain.lastIndex = end;
  const more = chain.exec(text);
  if (more) end += more[0].length;
  if (more || digits === '' || digits.length > MOST_DIGITS) return { end };
  const value = decimal(digits.replaceAll(',', ''));
  return value.n === 0n ? { end } : { value, end };
}

/** Whether letters right before the digits make a name of it, such as CO2 or x_1; currencies and `3x4` do not. */
function isPartOfName(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - CONTEXT), start);
  if (/[\p{L}\d]_\{?$/u.test(before)) return true;
  return /\p{L}$/u.test(before) && !CURRENCY_IN_LETTERS.test(before) && !/(?:^|[\d\s)])[xX]$/.test(before);
}

/** Whether a minus stands before the numeral that is neither a hyphen, a bullet, nor an operation. */
function isNegative(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - CONTEXT), start);
  const words = SIGN_IN_WORDS.exec(before);
  if (words) return !/[\d)]/.test(words[1] ?? '');
  const match = SIGN.exec(before);
  const sign = match?.[1] ?? match?.[3];
  if (!match || sign === undefined || sign === '+') return false;
  // $-5: the currency stands before the sign.
  if (match[3] !== undefined) return true;
  const rest = before.slice(0, match.index);
  const last = rest.trimEnd().at(-1) ?? '';
  // With a space after it, it is a bullet or an operation, but for `= - 5`.
  if (match[2] !== '') return /[=(]/.test(last);
  if (/[\p{L}\d)\]%\-\u2013]$/u.test(rest)) return false;
  return !/[\d)\]%]/.test(last) || /\n\s*$/.test(rest);
}

function scaleOf(match: RegExpExecArray | undefined): Fraction | undefined {
  const factor = match && SCALES[(match[1] ?? match[0]).toLowerCase()];
  return factor === undefined ? undefined : new Fraction(factor);
}

/** @param text digits with at most one dot */
function decimal(text: string): Fraction {
  const [whole = '', part = ''] = text.split('.');
  return new Fraction(BigInt(`${whole}${part}` || '0'), 10n ** BigInt(part.length));
}

function powerOfTen(exponent: number): Fraction {
  const size = 10n ** BigInt(Math.min(Math.abs(exponent), MOST_DIGITS));
  return exponent < 0 ? new Fraction(1n, size) : new Fraction(size);
}

/** undefined if the power has too many digits, or divides by zero. */
function raise(value: Fraction, exponent: number): Fraction | undefined {
  const digits = Math.max(value.n.toString().length, value.d.toString().length);
  if (digits * Math.abs(exponent) > MOST_DIGITS || (value.n === 0n && exponent < 0)) return undefined;
  const [top, bottom] = [value.n ** BigInt(Math.abs(exponent)), value.d ** BigInt(Math.abs(exponent))];
  return exponent < 0 ? new Fraction(bottom, top) : new Fraction(top, bottom);
}
