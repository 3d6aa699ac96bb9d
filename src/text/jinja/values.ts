/**
 * Python values, as a template sees them: str is a string, int a bigint, float a number, None null; all others are
 * classes below. Chat templates are written for Python, and what they print depends on its types.
 */

/** A template that cannot be rendered: its own refusal, a Python exception, or something that is not supported. */
export class TemplateError extends Error {}

export type Value = string | bigint | number | boolean | null | PyObject;

/** Keyword arguments in the order of the call. */
export type Keywords = Map<string, Value>;
export type Call = (args: Value[], keywords: Keywords) => Value;

/** Base of all values that are not JavaScript primitives. */
export abstract class PyObject {
  /** Python's type, for messages. */
  abstract readonly type: string;
}

/** Jinja's Undefined: prints as nothing, is false and empty; all other uses raise. */
export class Undefined extends PyObject {
  readonly type = 'Undefined';
  constructor(readonly message: string) {
    super();
  }
}

export class PyList extends PyObject {
  readonly type = 'list';
  constructor(readonly items: Value[]) {
    super();
  }
}

export class PyTuple extends PyObject {
  readonly type = 'tuple';
  constructor(
    readonly items: Value[],
    /** Names of the items of a named tuple. */
    readonly names: readonly string[] = [],
  ) {
    super();
  }
}

/** Keys that are equal in Python (1, 1.0 and True) are one key; the first one is kept. */
export class PyDict extends PyObject {
  readonly type = 'dict';
  private readonly entries = new Map<unknown, [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    return this.entries.get(hashKey(key))?.[1];
  }

  has(key: Value): boolean {
    return this.entries.has(hashKey(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const entry = this.entries.get(hash);
    if (entry) entry[1] = value;
    else this.entries.set(hash, [key, value]);
  }

  items(): [Value, Value][] {
    return [...this.entries.values()];
  }
}

/** `keys()`, `values()` or `items()` of a dict. */
export class DictView extends PyObject {
  constructor(
    readonly type: 'dict_keys' | 'dict_values' | 'dict_items',
    readonly dict: PyDict,
  ) {
    super();
  }

  items(): Value[] {
    const entries = this.dict.items();
    if (this.type === 'dict_items') return entries.map((entry) => new PyTuple(entry));
    return entries.map(([key, value]) => (this.type === 'dict_keys' ? key : value));
  }
}

export class PyRange extends PyObject {
  readonly type = 'range';
  readonly length: number;
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {
    super();
    const span = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : -step;
    this.length = span <= 0n ? 0 : Number((span + size - 1n) / size);
  }

  at(index: number): bigint {
    return this.start + BigInt(index) * this.step;
  }
}

/** What a filter such as `map` returns: it can be consumed once. */
export class PyIterator extends PyObject implements Iterable<Value> {
  private readonly iterator: Iterator<Value>;
  constructor(
    values: Iterable<Value>,
    readonly type = 'generator',
  ) {
    super();
    this.iterator = values[Symbol.iterator]();
  }

  [Symbol.iterator](): Iterator<Value> {
    // Without `return`: leaving a loop does not end the iterator.
    return { next: () => this.iterator.next() };
  }
}

/** `namespace(..)`: the only object that a template may change. */
export class Namespace extends PyObject {
  readonly type = 'Namespace';
  constructor(readonly attributes: Map<string, Value>) {
    super();
  }
}

/** The result of `safe` and `escape`: text that `+` does not escape again. */
export class Markup extends PyObject {
  readonly type = 'Markup';
  constructor(readonly text: string) {
    super();
  }
}

export class PyFunction extends PyObject {
  readonly type: string = 'function';
  constructor(
    readonly name: string,
    readonly call: Call,
  ) {
    super();
  }
}

/** An object with attributes, such as `loop`; it can be called if it has `call`. */
export abstract class AttributeObject extends PyObject {
  abstract attribute(name: string): Value | undefined;
  call?: Call;
}

let identities = 0;
const identity = new WeakMap<PyObject, string>();

/** Equal for keys that are equal in Python. @throws TemplateError for a value that cannot be a key */
export function hashKey(key: Value): string {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint' || typeof key === 'boolean') return `n${BigInt(key)}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `f${key}`;
  if (key === null) return 'none';
  if (key instanceof Markup) return `s${key.text}`;
  if (key instanceof PyTuple) {
    const hashes = key.items.map(hashKey);
    return `t${hashes.map((hash) => `${hash.length}:${hash}`).join('')}`;
  }
  if (key instanceof PyList || key instanceof PyDict) throw new TemplateError(`unhashable type: '${key.type}'`);
  if (key instanceof Undefined) return 'undefined';
  const known = identity.get(key);
  if (known !== undefined) return known;
  identities += 1;
  identity.set(key, `o${identities}`);
  return `o${identities}`;
}

/**
 * A JavaScript value as Python's json.loads gives it. A whole number is an int.
 *
 * @throws TemplateError for a value that JSON does not have
 */
export function fromJson(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value instanceof JsonFloat) return value.value;
  if (Array.isArray(value)) return new PyList(value.map(fromJson));
  if (typeof value === 'object')
    return new PyDict(
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(([name, field]) => [name, fromJson(field)]),
    );
  throw new TemplateError(`a ${typeof value} cannot be passed to a template`);
}

/** A JSON number that was written as a float, such as 1.0, which JavaScript reads as 1. */
export class JsonFloat {
  constructor(readonly value: number) {}
  toJSON(): number {
    return this.value;
  }
}

export function typeName(value: Value): string {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'NoneType' : value.type;
}

/** An int or a float; a bool counts as an int. */
export function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** Something that Python and Jinja do, and this interpreter does not. */
export function unsupported(what: string): never {
  throw new TemplateError(`${what} is not supported`);
}

/** Using an undefined value. */
export function undefinedError(value: Undefined): never {
  throw new TemplateError(value.message);
}
