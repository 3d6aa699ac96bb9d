/** Python's conversions of text to numbers, and of numbers to a number of decimals. */
import { strip } from './python-text.ts';
import { TemplateError } from './values.ts';

/** Python's `int(text, base)`; undefined if the text is no number. Digits beyond ASCII are not supported. */
export function parseInteger(text: string, base: bigint): bigint | undefined {
  checkDigits(text);
  const match = /^([+-]?)(0[bBoOxX])?_?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(strip(text, null));
  if (!match) return undefined;
  const [, sign, prefix = '', digits = ''] = match;
  const ofPrefix = { '': 10n, '0b': 2n, '0o': 8n, '0x': 16n }[prefix.toLowerCase()] ?? 10n;
  let number = digits.replaceAll('_', '');
  let radix = base;
  if (base === 0n) {
    radix = ofPrefix;
    // Python refuses 010, which reads as octal elsewhere.
    if (prefix === '' && /^0+[1-9]/.test(number)) return undefined;
  } else if (prefix !== '' && ofPrefix !== base) {
    number = prefix + number;
  }
  if (radix < 2n || radix > 36n) return undefined;
  let value = 0n;
  for (const digit of number) {
    const worth = Number.parseInt(digit, 36);
    if (!(BigInt(worth) < radix)) return undefined;
    value = value * radix + BigInt(worth);
  }
  return sign === '-' ? -value : value;
}

/** Python reads digits of all scripts. */
function checkDigits(text: string): void {
  if (/[^\0-\x7f]/.test(text) && /[^0-9]/.test(text.replace(/\P{Nd}/gu, '')))
    throw new TemplateError('digits of another script than Latin are not supported');
}

/** Python's `float(text)`; undefined if the text is no number. */
export function parseFloatText(text: string): number | undefined {
  checkDigits(text);
  const stripped = strip(text, null).toLowerCase();
  const special = /^([+-]?)(inf(?:inity)?|nan)$/.exec(stripped);
  if (special) return special[2] === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  const pattern = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/;
  return pattern.test(stripped) ? Number(stripped.replaceAll('_', '')) : undefined;
}

/**
 * The value times 10^digits, rounded to the nearest integer, halves to even, without an error in between: Python rounds
 * the exact binary value.
 */
export function scaledInteger(value: number, digits: number): bigint {
  if (!Number.isFinite(value)) throw new TemplateError('cannot convert float infinity or NaN to integer');
  if (Math.abs(digits) > 400) throw new TemplateError(`${digits} decimals are too many`);
  const [mantissa, exponent] = parts(value);
  const numerator = mantissa * 2n ** BigInt(Math.max(exponent, 0)) * 10n ** BigInt(Math.max(digits, 0));
  const denominator = 2n ** BigInt(Math.max(-exponent, 0)) * 10n ** BigInt(Math.max(-digits, 0));
  const rounded = halfEven(numerator, denominator);
  return value < 0 ? -rounded : rounded;
}

/** The absolute value of a finite number is the first times 2 to the power of the second. */
function parts(value: number): [bigint, number] {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const raw = bits.getBigUint64(0);
  const exponent = Number(raw >> 52n);
  const fraction = raw & ((1n << 52n) - 1n);
  return [exponent === 0 ? fraction : fraction | (1n << 52n), Math.max(exponent, 1) - 1075];
}

/**
 * `base ** exponent` of floats. JavaScript's own is wrong in the last digit where C's, which Python uses, is right: it
 * is computed exactly here, and rounded once.
 *
 * @throws TemplateError for an exponent that is not supported
 */
export function power(base: number, exponent: number): number {
  // Python: 1 to any power, NaN too, is 1.
  if (base === 1 || exponent === 0 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  if (!Number.isFinite(base) || !Number.isFinite(exponent) || base === 0) return base ** exponent;
  if (exponent === 0.5) return Math.sqrt(base);
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 2000)
    throw new TemplateError(`a power of ${exponent} is not supported`);
  const [mantissa, scale] = parts(base);
  const times = Math.abs(exponent);
  const raised = mantissa ** BigInt(times);
  const [numerator, denominator] = exponent > 0 ? [raised, 1n] : [1n, raised];
  const value = quotient(numerator, denominator, scale * exponent);
  return base < 0 && times % 2 === 1 ? -value : value;
}

/** `numerator / denominator * 2^exponent`, rounded once. */
function quotient(numerator: bigint, denominator: bigint, exponent: number): number {
  // 64 bits or more of the quotient, and one that says whether there are others behind them.
  const shift = Math.max(0, 65 + bitLength(denominator) - bitLength(numerator));
  const scaled = numerator << BigInt(shift);
  const digits = ((scaled / denominator) << 1n) | (scaled % denominator === 0n ? 0n : 1n);
  const power = exponent - shift - 1;
  if (bitLength(digits) + power > 1024) return Infinity;
  // Below the smallest normal number the digits would be rounded twice.
  if (bitLength(digits) + power < -1021) throw new TemplateError('a number is too small');
  const excess = Math.max(0, bitLength(digits) - 1000);
  return (
    Number(digits >> BigInt(excess)) *
    2 ** Math.trunc((power + excess) / 2) *
    2 ** (power + excess - Math.trunc((power + excess) / 2))
  );
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** @param numerator at least 0 */
export function halfEven(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  return twice > denominator || (twice === denominator && whole % 2n === 1n) ? whole + 1n : whole;
}

/** `f'{value:.{digits}f}'`. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const scaled = scaledInteger(value, digits);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const text = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0');
  return sign + (digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
}
