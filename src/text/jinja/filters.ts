/** Jinja's filters. Those of sequences are in sequence-filters.ts. */
import { attributeOf, getAttribute } from './attributes.ts';
import { chargeText } from './budget.ts';
import { formatPercent, truncate } from './format.ts';
import { escapeHtml } from './html.ts';
import { plain, raw, type Filter } from './filter.ts';
import { fixed, halfEven, parseFloatText, parseInteger } from './numbers.ts';
import { iterate, sizeOf, truthy } from './operations.ts';
import { dumps, str } from './printing.ts';
import * as text from './python-text.ts';
import { SEQUENCE_FILTERS } from './sequence-filters.ts';
import { integerArgument, textArgument } from './signature.ts';
import { joinText, padText } from './string-methods.ts';
import {
  Markup,
  numeric,
  PyDict,
  PyList,
  PyTuple,
  TemplateError,
  typeName,
  Undefined,
  undefinedError,
  unsupported,
  type Value,
} from './values.ts';

/** Filters of Jinja that chat templates do not need. */
export const UNSUPPORTED_FILTERS = ['filesizeformat', 'pprint', 'random', 'striptags', 'urlize', 'wordwrap', 'xmlattr'];

const TITLE_SPLIT = new RegExp(`([-${text.WHITESPACE}({\\[<]+)`);

export const FILTERS: Record<string, Filter> = {
  ...SEQUENCE_FILTERS,
  abs: plain(['x'], ([x = null]) => {
    const number = numeric(x);
    if (x instanceof Undefined) return undefinedError(x);
    if (number === undefined) throw new TemplateError(`bad operand type for abs(): '${typeName(x)}'`);
    return typeof number === 'bigint' ? (number < 0n ? -number : number) : Math.abs(number);
  }),
  attr: plain(['obj', 'name'], ([object = null, name]) => {
    const key = textArgument(name, 'attr');
    if (object instanceof Undefined) return undefinedError(object);
    return attributeOf(object, key) === undefined
      ? new Undefined(`'${typeName(object)} object' has no attribute '${key}'`)
      : getAttribute(object, key);
  }),
  capitalize: plain(['s'], ([s = null]) => text.capitalize(soft(s, 'capitalize'))),
  center: plain(['value', 'width?'], ([value = null, width]) =>
    padText(soft(value, 'center'), Number(integerArgument(width, 80n, 'center')), 'center'),
  ),
  default: plain(['value', 'default_value?', 'boolean?'], ([value = null, fallback = '', boolean = false]) =>
    value instanceof Undefined || (truthy(boolean) && !truthy(value)) ? fallback : value,
  ),
  escape: plain(['s'], ([s = null]) => (s instanceof Markup ? s : new Markup(escapeHtml(str(s))))),
  float: plain(['value', 'default?'], ([value = null, fallback = 0]) => {
    if (value instanceof Undefined) return undefinedError(value);
    const number = typeof value === 'string' ? parseFloatText(value) : numeric(value);
    return number === undefined ? fallback : toFloat(number);
  }),
  forceescape: plain(['value'], ([value = null]) => new Markup(escapeHtml(str(value)))),
  format: raw((value, args, keywords) => {
    if (args.length > 0 && keywords.size > 0)
      throw new TemplateError("can't handle positional and keyword arguments at the same time");
    return formatPercent(soft(value, 'format'), keywords.size > 0 ? new PyDict(keywords) : new PyTuple(args));
  }),
  indent: plain(['s', 'width?', 'first?', 'blank?'], ([s = null, width = 4n, first = false, blank = false]) =>
    indent(textArgument(s, 'indent'), width, truthy(first), truthy(blank)),
  ),
  int: plain(
    ['value', 'default?', 'base?'],
    ([value = null, fallback = 0n, base]) => toInteger(value, integerArgument(base, 10n, 'int')) ?? fallback,
  ),
  length: plain(['obj', '/'], ([object = null]) => {
    const size = sizeOf(object);
    if (size === undefined) throw new TemplateError(`object of type '${typeName(object)}' has no len()`);
    return BigInt(size);
  }),
  lower: plain(['s'], ([s = null]) => soft(s, 'lower').toLowerCase()),
  replace: plain(['s', 'old', 'new', 'count?'], ([s = null, old = null, by = null, count]) => {
    const most = count === null ? -1n : integerArgument(count, -1n, 'replace');
    return text.replace(str(s), str(old), str(by), Number(most));
  }),
  round: plain(['value', 'precision?', 'method?'], ([value = null, precision, method = 'common']) => {
    const digits = Number(integerArgument(precision, 0n, 'round'));
    if (value instanceof Undefined) return undefinedError(value);
    const number = numeric(value);
    if (number === undefined) throw new TemplateError(`type ${typeName(value)} doesn't define __round__ method`);
    if (method === 'common') return round(number, digits);
    if (method !== 'ceil' && method !== 'floor') throw new TemplateError('method must be common, ceil or floor');
    const factor = 10 ** digits;
    return Math[method](Number(number) * factor) / factor;
  }),
  safe: plain(['value'], ([value = null]) => new Markup(str(value))),
  string: plain(['object'], ([object = null]) => (object instanceof Markup ? object : str(object))),
  title: plain(['s'], ([s = null]) =>
    soft(s, 'title')
      .split(TITLE_SPLIT)
      .map((part) => {
        const [first = '', ...rest] = text.codePoints(part);
        return first.toUpperCase() + rest.join('').toLowerCase();
      })
      .join(''),
  ),
  tojson: plain(
    ['x', 'ensure_ascii?', 'indent?', 'separators?', 'sort_keys?'],
    ([x = null, ascii = false, level = null, separators = null, sorted = false]) =>
      dumps(x, {
        ascii: truthy(ascii),
        indent: indentOf(level),
        separators: separators === null ? null : separatorPair(separators),
        sorted: truthy(sorted),
      }),
  ),
  trim: plain(['value', 'chars?'], ([value = null, chars = null]) =>
    text.strip(soft(value, 'trim'), chars === null ? null : textArgument(chars, 'trim')),
  ),
  truncate: plain(
    ['s', 'length?', 'killwords?', 'end?', 'leeway?'],
    ([s = null, length, kill = false, end = '...', leeway]) => {
      const size = Number(integerArgument(length, 255n, 'truncate'));
      const slack = leeway === null ? 5 : Number(integerArgument(leeway, 5n, 'truncate'));
      // A short list is what it was.
      if (typeof s !== 'string' && (sizeOf(s) ?? Infinity) <= size + slack) return s;
      const points = text.codePoints(textArgument(s, 'truncate'));
      const ending = textArgument(end, 'truncate');
      const kept = size - text.codePointLength(ending);
      if (kept < 0) throw new TemplateError(`expected length >= ${size - kept}, got ${size}`);
      if (slack < 0) throw new TemplateError(`expected leeway >= 0, got ${slack}`);
      if (points.length <= size + slack) return points.join('');
      const cut = points.slice(0, kept).join('');
      return (truthy(kill) ? cut : (text.splitRight(cut, ' ', 1)[0] ?? '')) + ending;
    },
  ),
  upper: plain(['s'], ([s = null]) => soft(s, 'upper').toUpperCase()),
  urlencode: plain(['value'], ([value = null]) => {
    if (typeof value === 'string' || numeric(value) !== undefined || value === null) return quote(str(value), '/');
    const pairs = value instanceof PyDict ? value.items().map((pair) => new PyTuple(pair)) : iterate(value);
    return Array.from(pairs, (pair) => {
      const [key, item] = pair instanceof PyTuple || pair instanceof PyList ? pair.items : [];
      if (key === undefined || item === undefined) throw new TemplateError('expected pairs');
      return `${quote(str(key), '').replaceAll('%20', '+')}=${quote(str(item), '').replaceAll('%20', '+')}`;
    }).join('&');
  }),
  wordcount: plain(['s'], ([s = null]) => BigInt(soft(s, 'wordcount').match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
};
for (const [alias, name] of Object.entries({ d: 'default', e: 'escape', count: 'length' })) {
  const filter = FILTERS[name];
  if (filter) FILTERS[alias] = filter;
}

/** A value as text; a safe text keeps its escaping in Jinja, which is not supported here. */
function soft(value: Value, name: string): string {
  return value instanceof Markup ? unsupported(`the filter ${name} of safe text`) : str(value);
}

function toFloat(number: bigint | number): number {
  const float = Number(number);
  if (typeof number === 'bigint' && !Number.isFinite(float))
    throw new TemplateError('int too large to convert to float');
  return float;
}

function toInteger(value: Value, base: bigint): bigint | undefined {
  if (value instanceof Undefined) return undefinedError(value);
  if (typeof value === 'string') {
    const integer = parseInteger(value, base);
    if (integer !== undefined) return integer;
    const float = parseFloatText(value);
    return float === undefined || !Number.isFinite(float) ? undefined : truncate(float);
  }
  const number = numeric(value);
  if (typeof number !== 'number') return number;
  return Number.isNaN(number) ? undefined : truncate(number);
}

/** Python's `round(number, digits)`. */
function round(number: bigint | number, digits: number): bigint | number {
  if (typeof number === 'bigint') {
    if (digits >= 0) return number;
    const unit = 10n ** BigInt(-digits);
    const rounded = halfEven(number < 0n ? -number : number, unit) * unit;
    return number < 0n ? -rounded : rounded;
  }
  if (!Number.isFinite(number)) return number;
  if (digits >= 0) return Number(fixed(number, digits));
  const unit = 10 ** -digits;
  return Number(fixed(number / unit, 0)) * unit;
}

function indent(s: string, width: Value, first: boolean, blank: boolean): string {
  const space = typeof width === 'string' ? width : text.repeat(' ', integerArgument(width, 4n, 'indent'));
  const lines = text.splitLines(`${s}\n`, false);
  chargeText(s.length + lines.length * (space.length + 1));
  const joined = joinText(
    '\n',
    lines.map((line, i) => (i === 0 || (line === '' && !blank) ? line : space + line)),
  );
  return first ? space + joined : joined;
}

function indentOf(level: Value): string | null {
  if (level === null) return null;
  return typeof level === 'string' ? level : text.repeat(' ', integerArgument(level, 0n, 'tojson: indent'));
}

function separatorPair(value: Value): [string, string] {
  const items = value instanceof PyTuple || value instanceof PyList ? value.items : [];
  if (items.length !== 2) throw new TemplateError('tojson: separators: expected two texts');
  return [textArgument(items[0], 'tojson: separators'), textArgument(items[1], 'tojson: separators')];
}

/** Python's urllib.parse.quote. */
function quote(value: string, safe: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', safe === '/' ? '/' : '%2F');
}
