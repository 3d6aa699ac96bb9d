/**
 * Variables of a template. Jinja decides before rendering where each name of a frame (the template, or the body of a
 * loop, macro or block) comes from: a name that is assigned before anything reads it is undefined until then, even if
 * the conversation has a variable of this name.
 */
import type { Arguments, Expression, Statement, Target } from './ast.ts';
import type { Value } from './values.ts';

const MISSING = Symbol('missing');
type Slot = Value | typeof MISSING;

/** Variables that the rendering starts with. */
export class Context {
  constructor(private readonly values: ReadonlyMap<string, Value>) {}

  find(name: string): Slot | undefined {
    return this.values.get(name);
  }

  refersTo(): boolean {
    return false;
  }
}

export class Scope {
  private readonly values = new Map<string, Slot>();
  private readonly names: ReadonlySet<string>;

  /**
   * @param body statements of the frame
   * @param parameters names that are set from outside: a loop's targets, a macro's arguments
   */
  constructor(
    private readonly parent: Scope | Context,
    body: readonly Statement[],
    parameters: readonly string[] = [],
  ) {
    const { names, assigned } = analyse(body);
    this.names = names;
    for (const name of assigned)
      if (!parameters.includes(name) && !parent.refersTo(name)) this.values.set(name, MISSING);
  }

  refersTo(name: string): boolean {
    return this.names.has(name) || this.values.has(name) || this.parent.refersTo(name);
  }

  find(name: string): Slot | undefined {
    const value = this.values.get(name);
    return value === undefined ? this.parent.find(name) : value;
  }

  /** Undefined if no frame has the name. */
  get(name: string): Value | undefined {
    const value = this.find(name);
    return value === MISSING ? undefined : value;
  }

  set(name: string, value: Value): void {
    this.values.set(name, value);
  }
}

interface Symbols {
  names: Set<string>;
  stores: Set<string>;
  /** Names that are undefined until they are assigned. */
  assigned: Set<string>;
}

const analysed = new WeakMap<readonly Statement[], Symbols>();

function analyse(body: readonly Statement[]): Symbols {
  const known = analysed.get(body);
  if (known) return known;
  const symbols: Symbols = { names: new Set(), stores: new Set(), assigned: new Set() };
  visitAll(body, symbols);
  analysed.set(body, symbols);
  return symbols;
}

function visitAll(body: readonly Statement[], symbols: Symbols): void {
  for (const statement of body) visit(statement, symbols);
}

/** Bodies of loops, macros and blocks are frames of their own. */
function visit(statement: Statement, symbols: Symbols): void {
  switch (statement.kind) {
    case 'print':
      return load(statement.value, symbols);
    case 'set':
      load(statement.value, symbols);
      return store(statement.target, symbols);
    case 'setBlock':
      return store(statement.target, symbols);
    case 'for':
      return load(statement.iterable, symbols);
    case 'with':
      for (const { value } of statement.values) load(value, symbols);
      return;
    case 'macro':
      return storeName(statement.name, symbols);
    case 'callBlock':
      return load(statement.call, symbols);
    case 'filterBlock':
      return load(statement.filter, symbols);
    case 'if':
      return visitIf(statement, symbols);
  }
}

function visitIf({ branches, otherwise }: Statement & { kind: 'if' }, symbols: Symbols): void {
  const [first, ...others] = branches;
  if (!first) return;
  load(first.test, symbols);
  const parts = [copy(symbols), copy(symbols), copy(symbols)] as const;
  visitAll(first.body, parts[0]);
  for (const other of others) visitIf({ kind: 'if', branches: [other], otherwise: [] }, parts[1]);
  visitAll(otherwise, parts[2]);
  const counts = new Map<string, number>();
  for (const part of parts)
    for (const name of part.stores) if (!symbols.stores.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const part of parts) {
    for (const name of part.names) symbols.names.add(name);
    for (const name of part.stores) symbols.stores.add(name);
    for (const name of part.assigned) symbols.assigned.add(name);
  }
  for (const [name, count] of counts) if (count < parts.length) symbols.assigned.delete(name);
}

function copy({ names, stores, assigned }: Symbols): Symbols {
  return { names: new Set(names), stores: new Set(stores), assigned: new Set(assigned) };
}

function store(target: Target, symbols: Symbols): void {
  if (target.kind === 'tuple') for (const item of target.items) store(item, symbols);
  else if (target.kind === 'namespace') symbols.names.add(target.name);
  else storeName(target.name, symbols);
}

function storeName(name: string, symbols: Symbols): void {
  symbols.stores.add(name);
  if (symbols.names.has(name)) return;
  symbols.names.add(name);
  symbols.assigned.add(name);
}

function load(expression: Expression | undefined, symbols: Symbols): void {
  for (const name of namesOf(expression)) symbols.names.add(name);
}

/** Names that an expression reads. */
function* namesOf(expression: Expression | undefined): Generator<string> {
  if (!expression) return;
  if (expression.kind === 'name') yield expression.name;
  for (const part of partsOf(expression)) yield* namesOf(part);
}

function partsOf(expression: Expression): (Expression | undefined)[] {
  switch (expression.kind) {
    case 'constant':
    case 'name':
      return [];
    case 'list':
    case 'tuple':
      return expression.items;
    case 'dict':
      return expression.entries.flat();
    case 'attribute':
      return [expression.object];
    case 'item':
      return [expression.object, expression.index];
    case 'slice':
      return expression.bounds;
    case 'call':
      return [expression.callee, ...argumentsOf(expression.given)];
    case 'filter':
    case 'test':
      return [expression.value, ...argumentsOf(expression.given)];
    case 'not':
    case 'negative':
    case 'positive':
      return [expression.value];
    case 'binary':
    case 'and':
    case 'or':
      return [expression.left, expression.right];
    case 'compare':
      return [expression.first, ...expression.rest.map(({ value }) => value)];
    case 'concatenate':
      return expression.parts;
    case 'conditional':
      return [expression.test, expression.yes, expression.no];
  }
}

function argumentsOf({ positional, keywords, list, dict }: Arguments): (Expression | undefined)[] {
  return [...positional, ...keywords.map(([, value]) => value), list, dict];
}

/** Whether the statements, or those inside them, read a name. */
export function mentions(body: readonly Statement[], name: string): boolean {
  return some(body, (node) => 'kind' in node && node.kind === 'name' && 'name' in node && node.name === name);
}

/** Whether there is a `{% generation %}` block. */
export function mentionsGeneration(body: readonly Statement[]): boolean {
  return some(body, (node) => 'kind' in node && node.kind === 'generation');
}

function some(node: unknown, is: (node: object) => boolean): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return is(node) || Object.values(node).some((part) => some(part, is));
}
