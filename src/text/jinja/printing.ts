/** How Python prints values: `str`, `repr` and `json.dumps`. */
import { charge, chargeText } from './budget.ts';
import { hexEscape } from './lexer.ts';
import { compareText } from './python-text.ts';
import {
  DictView,
  Markup,
  Namespace,
  PyDict,
  PyList,
  PyRange,
  PyTuple,
  TemplateError,
  typeName,
  Undefined,
  unsupported,
  type Value,
} from './values.ts';

/** What `{{ value }}` prints. */
export function str(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) return '';
  return repr(value);
}

export function repr(value: Value): string {
  charge();
  if (typeof value === 'string') return reprText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return reprFloat(value);
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null) return 'None';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Markup) return `Markup(${reprText(value.text)})`;
  if (value instanceof PyList) return joined('[', value.items.map(repr), ']');
  if (value instanceof PyTuple) return reprTuple(value);
  if (value instanceof PyDict) return reprDict(value.items());
  if (value instanceof DictView) return joined(`${value.type}([`, value.items().map(repr), '])');
  if (value instanceof PyRange)
    return `range(${value.start}, ${value.stop}${value.step === 1n ? '' : `, ${value.step}`})`;
  if (value instanceof Namespace) return `<Namespace ${reprDict([...value.attributes])}>`;
  // Python prints an address in memory.
  return unsupported(`printing a ${typeName(value)}`);
}

function reprTuple({ items, names }: PyTuple): string {
  if (names.length > 0) return joined('(', items.map(repr), ')');
  const only = items[0];
  return items.length === 1 && only !== undefined ? `(${repr(only)},)` : joined('(', items.map(repr), ')');
}

function reprDict(entries: [Value, Value][]): string {
  return joined(
    '{',
    entries.map(([key, value]) => `${repr(key)}: ${repr(value)}`),
    '}',
  );
}

function joined(open: string, parts: string[], close: string): string {
  chargeText(parts.reduce((sum, part) => sum + part.length + 2, 0));
  return `${open}${parts.join(', ')}${close}`;
}

/** The shortest digits that read as the same number; an exponent below -4 or from 16 on. */
export function reprFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16)
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // Python's str.isprintable is false of these categories, except for the space.
  const escaped = text.replace(/[\\'"]|[\p{C}\p{Z}]/gu, (one) => {
    if (one === ' ') return one;
    if (one === '"' || one === "'") return one === quote ? `\\${one}` : one;
    return SHORT[one] ?? hexEscape(one.codePointAt(0) ?? 0);
  });
  return quote + escaped + quote;
}

export interface JsonOptions {
  ascii: boolean;
  /** Text per level; null for one line. */
  indent: string | null;
  separators: [string, string] | null;
  sorted: boolean;
}

/** Python's `json.dumps`. @throws TemplateError for a value that JSON does not have */
export function dumps(value: Value, { ascii, indent, separators, sorted }: JsonOptions): string {
  const [comma, colon] = separators ?? [indent === null ? ', ' : ',', ': '];
  const text = (one: string) => quoteJson(one, ascii);
  const scalar = (one: Value): string | undefined => {
    if (one === null) return 'null';
    if (typeof one === 'boolean') return String(one);
    if (typeof one === 'bigint') return one.toString();
    if (typeof one === 'number')
      return Number.isFinite(one) ? reprFloat(one) : Number.isNaN(one) ? 'NaN' : one > 0 ? 'Infinity' : '-Infinity';
    return undefined;
  };
  const keyText = (key: Value) => {
    if (typeof key === 'string') return key;
    if (key instanceof Markup) return key.text;
    return scalar(key) ?? fail(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
  };
  const block = (open: string, parts: string[], close: string, depth: number) => {
    if (parts.length === 0) return open + close;
    const line = indent === null ? '' : `\n${indent.repeat(depth + 1)}`;
    chargeText(parts.reduce((sum, part) => sum + part.length + line.length + 2, 0));
    return open + line + parts.join(comma + line) + (indent === null ? '' : `\n${indent.repeat(depth)}`) + close;
  };
  const write = (one: Value, depth: number): string => {
    charge();
    if (typeof one === 'string') return text(one);
    const simple = scalar(one);
    if (simple !== undefined) return simple;
    if (one instanceof Markup) return text(one.text);
    if (one instanceof PyList || one instanceof PyTuple)
      return block(
        '[',
        one.items.map((item) => write(item, depth + 1)),
        ']',
        depth,
      );
    if (one instanceof PyDict) {
      const entries = one.items();
      if (sorted) entries.sort(([a], [b]) => compareKeys(a, b));
      const parts = entries.map(([key, item]) => text(keyText(key)) + colon + write(item, depth + 1));
      return block('{', parts, '}', depth);
    }
    return fail(`Object of type ${typeName(one)} is not JSON serializable`);
  };
  return write(value, 0);
}

function compareKeys(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  const isNumber = (one: Value) => typeof one === 'bigint' || typeof one === 'number' || typeof one === 'boolean';
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  return fail(`'<' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function fail(message: string): never {
  throw new TemplateError(message);
}

const JSON_SHORT: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function quoteJson(text: string, ascii: boolean): string {
  const escape = (unit: string) => JSON_SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Without the flag u a character beyond the first plane is two units, and two escapes.
  return `"${text.replace(ascii ? /["\\]|[^\x20-\x7e]/g : /["\\\x00-\x1f]/g, escape)}"`;
}
