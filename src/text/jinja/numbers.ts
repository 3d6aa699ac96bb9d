/** Python's conversions of text to numbers, and of numbers to a number of decimals. */
import { strip } from './python-text.ts';
import { TemplateError } from './values.ts';

/** Python's `int(text, base)`; undefined if the text is no number. Digits beyond ASCII are not supported. */
export function parseInteger(text: string, base: bigint): bigint | undefined {
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

/** Python's `float(text)`; undefined if the text is no number. */
export function parseFloatText(text: string): number | undefined {
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
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const raw = bits.getBigUint64(0);
  const exponent = Number(raw >> 52n);
  const fraction = raw & ((1n << 52n) - 1n);
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const power = Math.max(exponent, 1) - 1075;
  const numerator = mantissa * 2n ** BigInt(Math.max(power, 0)) * 10n ** BigInt(Math.max(digits, 0));
  const denominator = 2n ** BigInt(Math.max(-power, 0)) * 10n ** BigInt(Math.max(-digits, 0));
  const rounded = halfEven(numerator, denominator);
  return value < 0 ? -rounded : rounded;
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
