/** Jinja's filters of sequences. As in Python, many return an iterator, which takes items as they are needed. */
import { getItem } from './attributes.ts';
import { charge, LONGEST } from './budget.ts';
import { plain, raw, type Filter, type FilterContext } from './filter.ts';
import { binary, equals, iterate, listOf, order, sizeOf, sortBy, truthy } from './operations.ts';
import { str } from './printing.ts';
import { codePoints } from './python-text.ts';
import { bind, integerArgument, textArgument } from './signature.ts';
import { joinText } from './string-methods.ts';
import {
  hashKey,
  Markup,
  PyDict,
  PyIterator,
  PyList,
  PyTuple,
  TemplateError,
  typeName,
  Undefined,
  type Keywords,
  type Value,
} from './values.ts';

export const SEQUENCE_FILTERS: Record<string, Filter> = {
  batch: plain(
    ['value', 'linecount', 'fill_with?'],
    ([value = null, count, fill = null]) =>
      new PyIterator(batches(value, Number(integerArgument(count, 0n, 'batch')), fill)),
  ),
  dictsort: plain(
    ['value', 'case_sensitive?', 'by?', 'reverse?'],
    ([value = null, sensitive = false, by = 'key', reverse = false]) => {
      if (by !== 'key' && by !== 'value') throw new TemplateError('You can only sort by either "key" or "value"');
      if (!(value instanceof PyDict)) throw new TemplateError(`'${typeName(value)}' object has no attribute 'items'`);
      const pairs = value.items().map((pair) => new PyTuple(pair));
      const key = (pair: Value) => {
        const item = (pair instanceof PyTuple ? pair.items[by === 'key' ? 0 : 1] : null) ?? null;
        return truthy(sensitive) ? item : ignoreCase(item);
      };
      return new PyList(sortBy(pairs, key, truthy(reverse)));
    },
  ),
  first: plain(['seq'], ([seq = null]) => {
    for (const item of iterate(seq)) return item;
    return new Undefined('No first item, sequence was empty.');
  }),
  groupby: plain(
    ['value', 'attribute', 'default?', 'case_sensitive?'],
    ([value = null, attribute = null, fallback = null, sensitive = false]) => {
      const exact = attributeGetter(attribute, fallback);
      const key = (item: Value) => (truthy(sensitive) ? exact(item) : ignoreCase(exact(item)));
      const groups: { key: Value; items: Value[] }[] = [];
      for (const item of sortBy(listOf(value), key, false)) {
        const last = groups.at(-1);
        if (last && equals(last.key, key(item))) last.items.push(item);
        else groups.push({ key: key(item), items: [item] });
      }
      return new PyList(
        groups.map(
          ({ items }) => new PyTuple([groupKey(items, key, exact, truthy(sensitive)), new PyList(items)], GROUP),
        ),
      );
    },
  ),
  items: plain(['value'], ([value = null]) => {
    if (value instanceof Undefined) return new PyIterator([]);
    if (!(value instanceof PyDict)) throw new TemplateError('Can only get item pairs from a mapping.');
    return new PyIterator(value.items().map((pair) => new PyTuple(pair)));
  }),
  join: plain(['value', 'd?', 'attribute?'], ([value = null, separator = '', attribute = null]) => {
    const get = attribute === null ? (item: Value) => item : attributeGetter(attribute, null);
    return joinText(
      str(separator),
      Array.from(iterate(value), (item) => str(get(item))),
    );
  }),
  last: plain(['seq'], ([seq = null]) => {
    const [last] = reversed(seq);
    return last === undefined ? new Undefined('No last item, sequence was empty.') : last;
  }),
  list: plain(['value'], ([value = null]) => new PyList(listOf(value))),
  map: raw((value, args, keywords, context) => new PyIterator(mapped(value, args, keywords, context))),
  max: plain(['value', 'case_sensitive?', 'attribute?'], (bound) => extreme(bound, '>')),
  min: plain(['value', 'case_sensitive?', 'attribute?'], (bound) => extreme(bound, '<')),
  reject: raw((...call) => new PyIterator(selected(call, { wanted: false, byAttribute: false }))),
  rejectattr: raw((...call) => new PyIterator(selected(call, { wanted: false, byAttribute: true }))),
  reverse: plain(['value'], ([value = null]) => {
    if (typeof value === 'string') return codePoints(value).reverse().join('');
    // Python copies what cannot be reversed, such as an iterator, into a list.
    if (value instanceof PyIterator) return new PyList(listOf(value).reverse());
    return new PyIterator(reversed(value), 'reversed');
  }),
  select: raw((...call) => new PyIterator(selected(call, { wanted: true, byAttribute: false }))),
  selectattr: raw((...call) => new PyIterator(selected(call, { wanted: true, byAttribute: true }))),
  slice: plain(
    ['value', 'slices', 'fill_with?'],
    ([value = null, slices, fill = null]) =>
      new PyIterator(sliced(value, Number(integerArgument(slices, 0n, 'slice')), fill)),
  ),
  sort: plain(
    ['value', 'reverse?', 'case_sensitive?', 'attribute?'],
    ([value = null, reverse = false, sensitive = false, attribute = null]) => {
      const names = typeof attribute === 'string' ? attribute.split(',') : [attribute];
      const getters = names.map((name) => attributeGetter(name, null));
      const key = (item: Value) =>
        new PyList(getters.map((get) => (truthy(sensitive) ? get(item) : ignoreCase(get(item)))));
      return new PyList(sortBy(listOf(value), key, truthy(reverse)));
    },
  ),
  sum: plain(['iterable', 'attribute?', 'start?'], ([iterable = null, attribute = null, start = 0n]) => {
    if (typeof start === 'string') throw new TemplateError("sum() can't sum strings [use ''.join(seq) instead]");
    const get = attribute === null ? (item: Value) => item : attributeGetter(attribute, null);
    let total: Value = start;
    for (const item of iterate(iterable)) total = binary(total, '+', get(item));
    return total;
  }),
  unique: plain(
    ['value', 'case_sensitive?', 'attribute?'],
    ([value = null, sensitive = false, attribute = null]) =>
      new PyIterator(distinct(value, truthy(sensitive), attribute)),
  ),
};

const GROUP = ['grouper', 'list'];

function groupKey(
  items: Value[],
  key: (item: Value) => Value,
  exact: (item: Value) => Value,
  sensitive: boolean,
): Value {
  const first = items[0] ?? null;
  return sensitive ? key(first) : exact(first);
}

function ignoreCase(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Reads an item's attribute: `a.b.0`, an index, or the item itself for None. */
function attributeGetter(attribute: Value, fallback: Value): (item: Value) => Value {
  const parts: Value[] =
    attribute === null
      ? []
      : typeof attribute === 'string'
        ? attribute.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part))
        : [attribute];
  return (item) =>
    parts.reduce((value, part) => {
      const next = getItem(value, part);
      return fallback !== null && next instanceof Undefined ? fallback : next;
    }, item);
}

/** Python's `list(reversed(value))`. */
function reversed(value: Value): Value[] {
  if (value instanceof PyIterator || sizeOf(value) === undefined || value instanceof Markup)
    throw new TemplateError(`'${typeName(value)}' object is not reversible`);
  return listOf(value).reverse();
}

function* batches(value: Value, size: number, fill: Value): Generator<Value> {
  let batch: Value[] = [];
  for (const item of iterate(value)) {
    if (batch.length === size) {
      yield new PyList(batch);
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  if (fill !== null && batch.length < size) {
    if (size > LONGEST) throw new TemplateError(`its list of ${size} items is too long`);
    charge(size);
    batch.push(...new Array<Value>(size - batch.length).fill(fill));
  }
  yield new PyList(batch);
}

function* sliced(value: Value, count: number, fill: Value): Generator<Value> {
  const items = listOf(value);
  if (count === 0) throw new TemplateError('integer division or modulo by zero');
  const size = Math.floor(items.length / count);
  const extra = items.length - size * count;
  let start = 0;
  for (let i = 0; i < count; i++) {
    charge();
    const end = start + size + (i < extra ? 1 : 0);
    const part = items.slice(start, end);
    if (fill !== null && i >= extra) part.push(fill);
    yield new PyList(part);
    start = end;
  }
}

function* mapped(value: Value, args: Value[], keywords: Keywords, context: FilterContext): Generator<Value> {
  if (!truthy(value)) return;
  const [name, ...rest] = args;
  if (name === undefined) {
    const [attribute = null, fallback = null] = bind('map', ['attribute', 'default?'], [], keywords);
    const get = attributeGetter(attribute, fallback);
    for (const item of iterate(value)) yield get(item);
  } else {
    const filter = textArgument(name, 'map');
    for (const item of iterate(value)) yield context.filter(filter, item, rest, keywords);
  }
}

function* selected(
  [value, args, keywords, context]: [Value, Value[], Keywords, FilterContext],
  { wanted, byAttribute }: { wanted: boolean; byAttribute: boolean },
): Generator<Value> {
  if (!truthy(value)) return;
  const [attribute, ...others] = args;
  if (byAttribute && attribute === undefined) throw new TemplateError('Missing parameter for attribute name');
  const get = byAttribute ? attributeGetter(attribute ?? null, null) : (item: Value) => item;
  const [name, ...rest] = byAttribute ? others : args;
  const test = name === undefined ? undefined : textArgument(name, 'select');
  for (const item of iterate(value)) {
    const found = get(item);
    if (truthy(test === undefined ? found : context.test(test, found, rest, keywords)) === wanted) yield item;
  }
}

function* distinct(value: Value, sensitive: boolean, attribute: Value): Generator<Value> {
  const get = attributeGetter(attribute, null);
  const seen = new Set<string>();
  for (const item of iterate(value)) {
    const key = hashKey(sensitive ? get(item) : ignoreCase(get(item)));
    if (seen.has(key)) continue;
    seen.add(key);
    yield item;
  }
}

function extreme([value = null, sensitive = false, attribute = null]: (Value | undefined)[], sign: '<' | '>'): Value {
  const get = attributeGetter(attribute, null);
  const key = (item: Value) => (truthy(sensitive) ? get(item) : ignoreCase(get(item)));
  let best: Value | undefined;
  for (const item of iterate(value)) {
    const difference = best === undefined ? NaN : order(key(item), key(best), sign);
    if (best === undefined || (sign === '<' ? difference < 0 : difference > 0)) best = item;
  }
  return best === undefined ? new Undefined('No aggregated item, sequence was empty.') : best;
}
