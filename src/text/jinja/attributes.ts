/** Attributes and items of values, as jinja2's ImmutableSandboxedEnvironment gives them. */
import { formatBraces } from './format.ts';
import { equals, sizeOf } from './operations.ts';
import { repr } from './printing.ts';
import { codePoints } from './python-text.ts';
import { integerArgument, pyFunction } from './signature.ts';
import { STRING_METHODS, UNSUPPORTED_STRING_METHODS } from './string-methods.ts';
import {
  AttributeObject,
  DictView,
  Markup,
  Namespace,
  numeric,
  PyDict,
  PyFunction,
  PyList,
  PyObject,
  PyRange,
  PyTuple,
  TemplateError,
  typeName,
  Undefined,
  undefinedError,
  unsupported,
  type Value,
} from './values.ts';

/** Attributes that Python's types have, and this interpreter does not. */
const UNSUPPORTED: Record<string, readonly string[]> = {
  str: UNSUPPORTED_STRING_METHODS,
  int: ['as_integer_ratio', 'bit_count', 'bit_length', 'conjugate', 'denominator', 'from_bytes', 'imag', 'numerator'],
  float: ['as_integer_ratio', 'conjugate', 'fromhex', 'hex', 'imag', 'is_integer', 'real'],
  dict: ['fromkeys'],
  range: ['count', 'index'],
  dict_keys: ['isdisjoint', 'mapping'],
  dict_values: ['mapping'],
  dict_items: ['isdisjoint', 'mapping'],
  generator: ['close', 'send', 'throw', 'gi_frame', 'gi_code', 'gi_running', 'gi_yieldfrom', 'gi_suspended'],
  Markup: Object.keys(STRING_METHODS).concat('unescape', 'striptags', 'escape', 'format'),
};
UNSUPPORTED['bool'] = [...(UNSUPPORTED['int'] ?? []), 'real', 'to_bytes'];
UNSUPPORTED['int'] = UNSUPPORTED['bool'];

/** Methods that change a list or dict, which the sandbox refuses. */
const CHANGING: Record<string, readonly string[]> = {
  list: ['append', 'clear', 'extend', 'insert', 'pop', 'remove', 'reverse', 'sort'],
  dict: ['clear', 'pop', 'popitem', 'setdefault', 'update'],
};

/** `object.name`: an attribute, or else an item. */
export function getAttribute(object: Value, name: string): Value {
  if (object instanceof Undefined) return undefinedError(object);
  return first(
    () => attributeOf(object, name),
    () => itemOf(object, name),
    () => missing(object, name),
  );
}

/** `object[key]`: an item, or else an attribute. */
export function getItem(object: Value, key: Value): Value {
  if (object instanceof Undefined) return undefinedError(object);
  // Jinja slices without looking for an attribute instead.
  if (key instanceof Slice)
    return first(
      () => itemOf(object, key),
      () => fail(`'${typeName(object)}' object cannot be sliced with these values`),
    );
  return first(
    () => itemOf(object, key),
    () => (typeof key === 'string' ? attributeOf(object, key) : undefined),
    () => missing(object, key),
  );
}

/** The first that is found; None is found too. */
function first(...candidates: (() => Value | undefined)[]): Value {
  for (const candidate of candidates) {
    const value = candidate();
    if (value !== undefined) return value;
  }
  return fail('no value');
}

function fail(message: string): never {
  throw new TemplateError(message);
}

function missing(object: Value, key: Value): Undefined {
  const kind = object === null ? 'None' : `${typeName(object)} object`;
  return new Undefined(
    typeof key === 'string'
      ? `'${kind}' has no attribute ${repr(key)}`
      : `${kind} has no element ${key instanceof PyObject ? key.type : repr(key)}`,
  );
}

/** Python's getattr; undefined if there is none. */
export function attributeOf(object: Value, name: string): Value | undefined {
  const type = typeName(object);
  if (name.startsWith('__'))
    return name.endsWith('__')
      ? new Undefined(`access to attribute '${name}' of '${type}' object is unsafe.`)
      : undefined;
  if (CHANGING[type]?.includes(name))
    return new Undefined(`access to attribute '${name}' of '${type}' object is unsafe.`);
  if (UNSUPPORTED[type]?.includes(name)) return unsupported(`the attribute ${name} of a ${type}`);
  if (typeof object === 'string') return stringAttribute(object, name);
  if (object instanceof PyDict) return dictMethod(object, name);
  if (object instanceof PyList || object instanceof PyTuple) return sequenceMethod(object, name);
  if (object instanceof PyRange) {
    if (name === 'start' || name === 'stop' || name === 'step') return object[name];
    return undefined;
  }
  if (object instanceof Namespace) return object.attributes.get(name);
  if (object instanceof AttributeObject) return object.attribute(name);
  return undefined;
}

function stringAttribute(self: string, name: string): Value | undefined {
  if (name === 'format')
    return new PyFunction(name, (args, keywords) =>
      formatBraces(self, args, keywords, { attribute: getAttribute, item: getItem }),
    );
  if (!Object.hasOwn(STRING_METHODS, name)) return undefined;
  const method = STRING_METHODS[name];
  return method && pyFunction(name, method[0], (bound) => method[1](self, bound, name));
}

function dictMethod(self: PyDict, name: string): Value | undefined {
  switch (name) {
    case 'get':
      return pyFunction('get', ['key', 'default?', '/'], ([key = null, fallback = null]) =>
        first(
          () => self.get(key),
          () => fallback,
        ),
      );
    case 'keys':
    case 'values':
    case 'items':
      return pyFunction(name, [], () => new DictView(`dict_${name}`, self));
    case 'copy':
      return pyFunction('copy', [], () => new PyDict(self.items()));
  }
  return undefined;
}

function sequenceMethod(self: PyList | PyTuple, name: string): Value | undefined {
  switch (name) {
    case 'count':
      return pyFunction('count', ['value', '/'], ([value = null]) =>
        BigInt(self.items.filter((item) => equals(item, value)).length),
      );
    case 'index':
      return pyFunction('index', ['value', 'start?', 'stop?', '/'], ([value = null, start, stop]) => {
        const { length } = self.items;
        const clamp = (at: bigint) => Math.max(0, Number(at < 0n ? at + BigInt(length) : at));
        const from = clamp(integerArgument(start, 0n, 'index'));
        const to = Math.min(length, clamp(integerArgument(stop, BigInt(length), 'index')));
        for (let i = from; i < to; i++) if (equals(self.items[i] ?? null, value)) return BigInt(i);
        throw new TemplateError(`${repr(value)} is not in the ${self.type}`);
      });
    case 'copy':
      return self instanceof PyList ? pyFunction('copy', [], () => new PyList([...self.items])) : undefined;
  }
  if (self instanceof PyTuple) {
    const at = self.names.indexOf(name);
    return at < 0 ? undefined : self.items[at];
  }
  return undefined;
}

/** Start, stop and step of `[start:stop:step]`. */
export class Slice extends PyObject {
  readonly type = 'slice';
  constructor(readonly bounds: readonly Value[]) {
    super();
  }
}

/** Python's `object[key]`; undefined where it raises TypeError, IndexError or KeyError. */
function itemOf(object: Value, key: Value): Value | undefined {
  if (object instanceof PyDict) {
    if (key instanceof Slice || key instanceof PyList || key instanceof PyDict) return undefined;
    return object.get(key);
  }
  const size = typeof object === 'string' || object instanceof Markup ? sizeOf(object) : sequenceSize(object);
  if (size === undefined) return undefined;
  if (key instanceof Slice) return slice(object, key, size);
  const number = numeric(key);
  if (typeof number !== 'bigint') return undefined;
  const at = Number(number < 0n ? number + BigInt(size) : number);
  if (at < 0 || at >= size) return undefined;
  if (typeof object === 'string') return object.length === size ? object.charAt(at) : codePoints(object)[at];
  if (object instanceof Markup) return new Markup(codePoints(object.text)[at] ?? '');
  if (object instanceof PyRange) return object.at(at);
  return object instanceof PyList || object instanceof PyTuple ? object.items[at] : undefined;
}

function sequenceSize(object: Value): number | undefined {
  return object instanceof PyList || object instanceof PyTuple || object instanceof PyRange
    ? sizeOf(object)
    : undefined;
}

function slice(object: Value, { bounds }: Slice, size: number): Value | undefined {
  const numbers = bounds.map((bound) => (bound === null ? null : numeric(bound)));
  if (numbers.some((number) => number !== null && typeof number !== 'bigint')) return undefined;
  const [start = null, stop = null, given = null] = numbers as (bigint | null)[];
  const step = given ?? 1n;
  if (step === 0n) throw new TemplateError('slice step cannot be zero');
  const length = BigInt(size);
  const [low, high] = step > 0n ? [0n, length] : [-1n, length - 1n];
  const clamp = (bound: bigint | null, fallback: bigint) => {
    if (bound === null) return fallback;
    const at = bound < 0n ? bound + length : bound;
    return at < low ? low : at > high ? high : at;
  };
  const first = clamp(start, step > 0n ? low : high);
  const last = clamp(stop, step > 0n ? high : low);
  const indices = new PyRange(first, last, step);
  if (object instanceof PyRange)
    return new PyRange(object.start + first * object.step, object.start + last * object.step, object.step * step);
  const picked = <T>(items: ArrayLike<T>): T[] =>
    Array.from({ length: indices.length }, (_, i) => items[Number(indices.at(i))]).filter((item) => item !== undefined);
  if (typeof object === 'string')
    return step === 1n && object.length === size
      ? object.slice(Number(first), Math.max(Number(first), Number(last)))
      : picked(codePoints(object)).join('');
  if (object instanceof Markup) return new Markup(picked(codePoints(object.text)).join(''));
  if (object instanceof PyList) return new PyList(picked(object.items));
  return object instanceof PyTuple ? new PyTuple(picked(object.items)) : undefined;
}
