/** `loop`, the state of a loop that its body can see. Items are taken as they are needed, as in Python. */
import { charge } from './budget.ts';
import { AttributeObject, PyFunction, PyTuple, TemplateError, Undefined, unsupported, type Value } from './values.ts';

export class LoopContext extends AttributeObject {
  readonly type = 'LoopContext';
  private index0 = -1;
  private iterator: Iterator<Value>;
  /** Items that were taken early, for `last`, `nextitem` and `length`. */
  private ahead: Value[] = [];
  private previous: Value | undefined;
  private currentItem: Value | undefined;
  private known: number | undefined;
  private lastChanged: PyTuple | undefined;

  /**
   * @param size Python's len of the iterable, if it has one
   * @param recurse renders the loop's body on other items
   */
  constructor(
    items: Iterable<Value>,
    size: number | undefined,
    private readonly depth0: number,
    private readonly equals: (a: Value, b: Value) => boolean,
    recurse?: (items: Value, depth0: number) => string,
  ) {
    super();
    this.iterator = items[Symbol.iterator]();
    this.known = size;
    this.call = ([iterable]) => {
      if (!recurse) throw new TemplateError("The loop must have the 'recursive' marker to be called recursively.");
      if (iterable === undefined) throw new TemplateError('loop() expects an iterable');
      return recurse(iterable, depth0 + 1);
    };
  }

  /** @returns false at the end */
  next(): Value | undefined {
    const item = this.take();
    if (item === undefined) return undefined;
    this.index0 += 1;
    this.previous = this.currentItem;
    this.currentItem = item;
    return item;
  }

  private take(): Value | undefined {
    const early = this.ahead.shift();
    if (early !== undefined) return early;
    const { done, value } = this.iterator.next();
    return done ? undefined : value;
  }

  private peek(): Value | undefined {
    if (this.ahead.length === 0) {
      const item = this.take();
      if (item !== undefined) this.ahead.push(item);
    }
    return this.ahead[0];
  }

  get length(): number {
    if (this.known === undefined) {
      for (;;) {
        const { done, value } = this.iterator.next();
        if (done) break;
        this.ahead.push(value);
        charge();
      }
      this.known = this.ahead.length + this.index0 + 1;
    }
    return this.known;
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'index':
        return BigInt(this.index0 + 1);
      case 'index0':
        return BigInt(this.index0);
      case 'revindex':
        return BigInt(this.length - this.index0);
      case 'revindex0':
        return BigInt(this.length - this.index0 - 1);
      case 'first':
        return this.index0 === 0;
      case 'last':
        return this.peek() === undefined;
      case 'length':
        return BigInt(this.length);
      case 'depth':
        return BigInt(this.depth0 + 1);
      case 'depth0':
        return BigInt(this.depth0);
      case 'previtem':
        return this.previous === undefined ? new Undefined('there is no previous item') : this.previous;
      case 'nextitem': {
        const next = this.peek();
        return next === undefined ? new Undefined('there is no next item') : next;
      }
      case 'cycle':
        return new PyFunction('cycle', (args) => {
          const item = args[this.index0 % Math.max(1, args.length)];
          if (item === undefined) throw new TemplateError('no items for cycling given');
          return item;
        });
      case 'changed':
        return new PyFunction('changed', (args) => {
          const value = new PyTuple(args);
          const isChanged = !this.lastChanged || !this.equals(this.lastChanged, value);
          if (isChanged) this.lastChanged = value;
          return isChanged;
        });
    }
    return name.startsWith('_') ? unsupported(`the attribute ${name} of loop`) : undefined;
  }
}
