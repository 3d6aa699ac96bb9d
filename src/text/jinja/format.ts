/** Python's formatting: `'%s' % value` and `'{}'.format(value)`. */
import { chargeText } from './budget.ts';
import { fixed } from './numbers.ts';
import { repr, str } from './printing.ts';
import { codePointLength, codePoints } from './python-text.ts';
import { Markup, numeric, PyDict, PyTuple, TemplateError, typeName, unsupported, type Value } from './values.ts';

const PERCENT = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([^]|$)/gu;

/** @throws TemplateError for wrong arguments, and for conversions that are not supported */
export function formatPercent(text: string, given: Value): string {
  const list = given instanceof PyTuple ? given.items : [given];
  let used = 0;
  const next = () => {
    const value = list[used];
    if (value === undefined) throw new TemplateError('not enough arguments for format string');
    used += 1;
    return value;
  };
  let isMapped = false;
  const result = text.replace(
    PERCENT,
    (whole, name: string | undefined, flags: string, width: string, precision: string | undefined, type: string) => {
      if (type === '%') return '%';
      if (width === '*' || precision === '*') return unsupported(`the format ${whole}`);
      let value: Value;
      if (name === undefined) value = next();
      else {
        if (!(given instanceof PyDict)) throw new TemplateError('format requires a mapping');
        isMapped = true;
        const found = given.get(name);
        value = found === undefined ? missing(name) : found;
      }
      const digits = precision === undefined ? undefined : Number(precision);
      return padPercent(convert(value, type, flags, digits, whole), type, flags, Number(width));
    },
  );
  // A value that has no items counts as one; a dict or list may be left over.
  const isContainer = given !== null && typeof given === 'object' && !(given instanceof PyTuple);
  if (used < list.length && !isMapped && !(isContainer && used === 0 && !(given instanceof Markup)))
    throw new TemplateError('not all arguments converted during string formatting');
  return result;
}

function missing(name: string): never {
  throw new TemplateError(`KeyError: ${repr(name)}`);
}

function convert(value: Value, type: string, flags: string, digits: number | undefined, whole: string): string {
  const cut = (text: string) => (digits === undefined ? text : codePoints(text).slice(0, digits).join(''));
  const number = numeric(value);
  const signed = (text: string) =>
    text.startsWith('-') ? text : flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
  switch (type) {
    case 's':
      return cut(str(value));
    case 'r':
      return cut(repr(value));
    case 'd':
    case 'i':
    case 'u': {
      if (number === undefined)
        throw new TemplateError(`%${type} format: a real number is required, not ${typeName(value)}`);
      const integer = typeof number === 'bigint' ? number : truncate(number);
      return signed(withDigits(integer.toString(), digits ?? 0));
    }
    case 'f':
    case 'F':
      if (number === undefined) throw new TemplateError(`must be real number, not ${typeName(value)}`);
      return signed(fixed(Number(number), digits ?? 6));
    case 'x':
    case 'X': {
      if (typeof number !== 'bigint')
        throw new TemplateError(`%${type} format: an integer is required, not ${typeName(value)}`);
      if (flags.includes('#')) break;
      const hex = withDigits(number.toString(16), digits ?? 0);
      return signed(type === 'X' ? hex.toUpperCase() : hex);
    }
  }
  return unsupported(`the format ${JSON.stringify(whole)}`);
}

export function truncate(value: number): bigint {
  if (!Number.isFinite(value)) throw new TemplateError('cannot convert float infinity or NaN to integer');
  return BigInt(Math.trunc(value));
}

function withDigits(text: string, digits: number): string {
  const sign = text.startsWith('-') ? '-' : '';
  chargeText(digits);
  return sign + text.slice(sign.length).padStart(digits, '0');
}

function padPercent(text: string, type: string, flags: string, width: number): string {
  const missing = width - codePointLength(text);
  if (missing <= 0) return text;
  chargeText(width);
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0') || type === 's' || type === 'r' || /inf|nan/.test(text)) return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

/** What a replacement field needs of its surroundings. */
export interface FieldLookup {
  attribute: (value: Value, name: string) => Value;
  item: (value: Value, key: Value) => Value;
}

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([^:}]*))?(?::([^{}]*))?\}|[{}]/gu;

/** `text.format(*args, **keywords)`. */
export function formatBraces(
  text: string,
  args: Value[],
  keywords: ReadonlyMap<string, Value>,
  { attribute, item }: FieldLookup,
): string {
  let automatic = 0;
  return text.replace(FIELD, (whole, name?: string, conversion?: string, spec = '') => {
    if (whole === '{{' || whole === '}}') return whole.slice(1);
    if (name === undefined) return unsupported(`the format ${JSON.stringify(text.slice(0, 60))}`);
    const [, first = '', path = ''] = /^([^.[]*)(.*)$/su.exec(name) ?? [];
    let value: Value | undefined;
    if (first === '') value = args[automatic++];
    else if (/^\d+$/.test(first)) value = args[Number(first)];
    else value = keywords.get(first);
    if (value === undefined) throw new TemplateError(`the format has no value for {${name}}`);
    for (const [, field, key = ''] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g))
      value = field === undefined ? item(value, /^\d+$/.test(key) ? BigInt(key) : key) : attribute(value, field);
    if (conversion === undefined) return formatValue(value, spec);
    if (conversion === 's') return formatValue(str(value), spec);
    if (conversion === 'r') return formatValue(repr(value), spec);
    return unsupported(`the format {!${conversion}}`);
  });
}

const SPEC = /^(?:(.)?([<>^=]))?([-+ ]?)(0?)(\d*)([,_]?)(?:\.(\d+))?([sdfFxX%]?)$/su;

/** Python's `format(value, spec)`. */
function formatValue(value: Value, spec: string): string {
  if (spec === '') return str(value);
  const match = SPEC.exec(spec);
  const number = numeric(value);
  if (!match || (typeof value !== 'string' && (number === undefined || typeof value === 'boolean')))
    return unsupported(`the format {:${spec}} of a ${typeName(value)}`);
  const [, fill, align, sign = '', zero = '', width = '', grouping = '', precision, type = ''] = match;
  const digits = precision === undefined ? undefined : Number(precision);
  let text: string;
  if (number === undefined) {
    if ((type !== '' && type !== 's') || sign !== '' || grouping !== '' || align === '=')
      return unsupported(`the format {:${spec}} of a str`);
    text = digits === undefined ? str(value) : codePoints(str(value)).slice(0, digits).join('');
  } else {
    text = numberText(number, type, digits) ?? unsupported(`the format {:${spec}} of a ${typeName(value)}`);
    if (grouping !== '') {
      if (type.toLowerCase() === 'x') return unsupported(`the format {:${spec}}`);
      text = text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, grouping));
    }
    if (!text.startsWith('-') && sign !== '' && sign !== '-') text = sign + text;
    if (grouping !== '' && zero !== '') return unsupported(`the format {:${spec}}`);
  }
  const missing = Number(width) - codePointLength(text);
  if (missing <= 0) return text;
  chargeText(Number(width));
  const character = fill ?? (zero === '' ? ' ' : '0');
  const side = align ?? (number === undefined ? '<' : zero === '' ? '>' : '=');
  if (side === '<') return text + character.repeat(missing);
  if (side === '>') return character.repeat(missing) + text;
  if (side === '^') return character.repeat(Math.floor(missing / 2)) + text + character.repeat(Math.ceil(missing / 2));
  const prefix = /^[-+ ]/.exec(text)?.[0] ?? '';
  return prefix + character.repeat(missing) + text.slice(prefix.length);
}

function numberText(number: bigint | number, type: string, digits: number | undefined): string | undefined {
  if (type === 'f' || type === 'F') return fixed(Number(number), digits ?? 6);
  if (type === '%') return `${fixed(Number(number) * 100, digits ?? 6)}%`;
  if (digits !== undefined) return undefined;
  if (typeof number === 'number') return type === '' ? str(number) : undefined;
  if (type === '' || type === 'd') return number.toString();
  if (type === 'x') return number.toString(16);
  return type === 'X' ? number.toString(16).toUpperCase() : undefined;
}
