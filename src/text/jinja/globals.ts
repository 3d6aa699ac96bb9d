/** Functions that a template can call: Jinja's own, and those of transformers. */
import { charge, LONGEST } from './budget.ts';
import { iterate, listOf } from './operations.ts';
import { repr, str } from './printing.ts';
import { pyFunction, textArgument, integerArgument } from './signature.ts';
import { strftime } from './strftime.ts';
import {
  AttributeObject,
  Namespace,
  PyDict,
  PyFunction,
  PyRange,
  PyTuple,
  TemplateError,
  typeName,
  unsupported,
  type Call,
  type Keywords,
  type Value,
} from './values.ts';

/** jinja2's sandbox allows no longer one. */
const LONGEST_RANGE = 100_000;

/** @param now the date that `strftime_now` prints, as local time */
export function globals(now: () => Date): Map<string, Value> {
  const functions: Record<string, Call> = {
    range: ([first, ...rest]) => range([first, ...rest].map((bound) => integerArgument(bound, 0n, 'range'))),
    dict: (args, keywords) => dict(args, keywords),
    namespace: (args, keywords) =>
      new Namespace(
        new Map(
          dict(args, keywords)
            .items()
            .map(([key, value]) => [typeof key === 'string' ? key : repr(key), value]),
        ),
      ),
    cycler: (items) => new Cycler(items),
    lipsum: () => unsupported('lipsum'),
  };
  const all = new Map<string, Value>(
    Object.entries(functions).map(([name, body]) => [name, new PyFunction(name, body)]),
  );
  all.set(
    'joiner',
    pyFunction('joiner', ['sep?'], ([separator = ', ']) => {
      let used = false;
      return pyFunction('joiner', [], () => {
        const text = used ? separator : '';
        used = true;
        return text;
      });
    }),
  );
  all.set(
    'raise_exception',
    pyFunction('raise_exception', ['message'], ([message = null]) => {
      throw new TemplateError(str(message));
    }),
  );
  all.set(
    'strftime_now',
    pyFunction('strftime_now', ['format'], ([format]) => strftime(now(), textArgument(format, 'strftime_now'))),
  );
  return all;
}

function range(bounds: bigint[]): PyRange {
  const [first, second, step = 1n] = bounds;
  if (first === undefined || bounds.length > 3)
    throw new TemplateError(`range expected 1 to 3 arguments, got ${bounds.length}`);
  const [start, stop] = second === undefined ? [0n, first] : [first, second];
  if (step === 0n) throw new TemplateError('range() arg 3 must not be zero');
  const made = new PyRange(start, stop, step);
  if (made.length > LONGEST_RANGE)
    throw new TemplateError(`range(${bounds.join(', ')}) is too long: at most ${LONGEST_RANGE} items`);
  return made;
}

function dict(args: Value[], keywords: Keywords): PyDict {
  const [source] = args;
  if (args.length > 1) throw new TemplateError(`dict expected at most 1 argument, got ${args.length}`);
  const made = new PyDict();
  if (source instanceof PyDict) for (const [key, value] of source.items()) made.set(key, value);
  else if (source !== undefined)
    for (const pair of iterate(source)) {
      const [key, value, ...more] = listOf(pair);
      if (key === undefined || value === undefined || more.length > 0)
        throw new TemplateError('dictionary update sequence has an element whose length is not 2');
      made.set(key, value);
    }
  for (const [key, value] of keywords) made.set(key, value);
  if (made.size > LONGEST) throw new TemplateError(`a ${typeName(made)} is too long`);
  charge(made.size);
  return made;
}

/** Jinja's `cycler(..)`: its items over and over. */
class Cycler extends AttributeObject {
  readonly type = 'Cycler';
  private position = 0;
  constructor(private readonly items: Value[]) {
    super();
    if (items.length === 0) throw new TemplateError('at least one item has to be provided');
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.items[this.position];
      case 'pos':
        return BigInt(this.position);
      case 'items':
        return new PyTuple(this.items);
      case 'next':
        return pyFunction('next', [], () => {
          const item = this.items[this.position] ?? null;
          this.position = (this.position + 1) % this.items.length;
          return item;
        });
      case 'reset':
        return pyFunction('reset', [], () => {
          this.position = 0;
          return null;
        });
    }
    return undefined;
  }
}
