/** Runs a template's statements. */
import type { ForStatement, Parameter, Statement, Target } from './ast.ts';
import { charge, withBudget } from './budget.ts';
import { applyFilter, call, evaluate, evaluateArguments } from './evaluator.ts';
import { LoopContext } from './loop.ts';
import { equals, iterate, listOf, sizeOf, truthy } from './operations.ts';
import { Output } from './output.ts';
import { str } from './printing.ts';
import { Context, mentions, Scope } from './scope.ts';
import {
  AttributeObject,
  Namespace,
  PyDict,
  PyTuple,
  TemplateError,
  Undefined,
  type Keywords,
  type Value,
} from './values.ts';

export interface Rendering {
  text: string;
  /** What `{% generation %}` blocks wrote: start and end in UTF-16 units. */
  generated: [number, number][];
}

/**
 * Renders a parsed template.
 *
 * @param variables by name; globals among them
 * @throws TemplateError
 */
export function renderTemplate(body: readonly Statement[], variables: ReadonlyMap<string, Value>): Rendering {
  return withBudget(() => {
    const interpreter = new Interpreter();
    interpreter.run(body, new Scope(new Context(variables), body), interpreter.output);
    return { text: interpreter.output.text, generated: interpreter.generated };
  });
}

/** How a statement ended, if it did not run to its end. */
type Exit = 'break' | 'continue' | undefined;

class Interpreter {
  readonly output = new Output();
  readonly generated: [number, number][] = [];

  run(body: readonly Statement[], scope: Scope, output: Output): Exit {
    for (const statement of body) {
      charge();
      const exit = this.statement(statement, scope, output);
      if (exit) return exit;
    }
    return undefined;
  }

  private statement(statement: Statement, scope: Scope, output: Output): Exit {
    switch (statement.kind) {
      case 'text':
        output.write(statement.text);
        return undefined;
      case 'print':
        output.write(str(evaluate(statement.value, scope)));
        return undefined;
      case 'set':
        assign(statement.target, evaluate(statement.value, scope), scope);
        return undefined;
      case 'setBlock': {
        const block = new Output();
        const exit = this.run(statement.body, new Scope(scope, statement.body), block);
        if (exit) return exit;
        const { filter } = statement;
        assign(statement.target, filter ? applyFilter(filter, block.text, scope) : block.text, scope);
        return undefined;
      }
      case 'for':
        return this.for(statement, scope, output);
      case 'if':
        for (const { test, body } of statement.branches)
          if (truthy(evaluate(test, scope))) return this.run(body, scope, output);
        return this.run(statement.otherwise, scope, output);
      case 'with': {
        const names = statement.values.flatMap(({ target }) => namesOf(target));
        const inner = new Scope(scope, statement.body, names);
        for (const { target, value } of statement.values) assign(target, evaluate(value, scope), inner);
        return this.run(statement.body, inner, output);
      }
      case 'macro':
        scope.set(statement.name, this.macro(statement.name, statement.parameters, statement.body, scope));
        return undefined;
      case 'callBlock': {
        const callee = evaluate(statement.call.callee, scope);
        const { args, keywords } = evaluateArguments(statement.call.given, scope);
        keywords.set('caller', this.macro(null, statement.parameters, statement.body, scope));
        output.write(str(call(callee, args, keywords)));
        return undefined;
      }
      case 'filterBlock': {
        const block = new Output();
        const exit = this.run(statement.body, new Scope(scope, statement.body), block);
        if (exit) return exit;
        output.write(str(applyFilter(statement.filter, block.text, scope)));
        return undefined;
      }
      case 'generation': {
        const block = new Output();
        this.run(statement.body, new Scope(scope, statement.body), block);
        // As in transformers: where the block's text goes if it is written to the template's own output.
        const start = this.output.length;
        this.generated.push([start, start + block.length]);
        output.write(block.text);
        return undefined;
      }
      case 'break':
      case 'continue':
        return statement.kind;
    }
  }

  private for(statement: ForStatement, scope: Scope, output: Output): Exit {
    const iterable = evaluate(statement.iterable, scope);
    if (!statement.recursive) return this.loop(statement, iterable, 0, scope, output);
    output.write(this.recursive(statement, iterable, 0, scope));
    return undefined;
  }

  private recursive(statement: ForStatement, iterable: Value, depth0: number, scope: Scope): string {
    const output = new Output();
    this.loop(statement, iterable, depth0, scope, output);
    return output.text;
  }

  private loop(statement: ForStatement, iterable: Value, depth0: number, scope: Scope, output: Output): Exit {
    const { target, test, body, otherwise, recursive } = statement;
    const names = namesOf(target);
    const loop = new LoopContext(
      test ? filtered(iterable, statement, scope) : iterate(iterable),
      test ? undefined : sizeOf(iterable),
      depth0,
      equals,
      recursive ? (items, depth) => this.recursive(statement, items, depth, scope) : undefined,
    );
    let completed = false;
    for (let item = loop.next(); item !== undefined; item = loop.next()) {
      const inner = new Scope(scope, body, [...names, 'loop']);
      inner.set('loop', loop);
      assign(target, item, inner);
      charge(5);
      const exit = this.run(body, inner, output);
      if (exit === 'break') break;
      if (exit === undefined) completed = true;
    }
    // As in Jinja, an iteration that ends in `continue` or `break` does not count.
    return completed ? undefined : this.run(otherwise, new Scope(scope, otherwise), output);
  }

  private macro(name: string | null, parameters: Parameter[], body: Statement[], scope: Scope): Macro {
    return new Macro(name, parameters, body, (values, fallbacks) => {
      const names = [...values.keys(), ...fallbacks.map((parameter) => parameter.name)];
      const inner = new Scope(scope, body, names);
      const output = new Output();
      for (const parameter of parameters) {
        const { name: parameterName, fallback } = parameter;
        const value = values.get(parameterName);
        if (value !== undefined) inner.set(parameterName, value);
        else
          inner.set(
            parameterName,
            fallback ? evaluate(fallback, inner) : new Undefined(`parameter '${parameterName}' was not provided`),
          );
      }
      for (const [key, value] of values) inner.set(key, value);
      this.run(body, inner, output);
      return output.text;
    });
  }
}

/** A macro, or the body of a call block, which has no name. */
class Macro extends AttributeObject {
  readonly type = 'Macro';
  private readonly catches: { keywords: boolean; list: boolean; caller: boolean };

  /** @param render with the arguments that were given, and the parameters that were not */
  constructor(
    private readonly name: string | null,
    private readonly parameters: readonly Parameter[],
    body: readonly Statement[],
    render: (values: Map<string, Value>, missing: Parameter[]) => string,
  ) {
    super();
    const isParameter = (word: string) => parameters.some((parameter) => parameter.name === word);
    const catches = (word: string) => !isParameter(word) && mentions(body, word);
    this.catches = { keywords: catches('kwargs'), list: catches('varargs'), caller: catches('caller') };
    this.call = (args, keywords) => {
      const values = this.bind(args, keywords);
      return render(
        values,
        parameters.filter((parameter) => !values.has(parameter.name)),
      );
    };
  }

  private bind(args: Value[], given: Keywords): Map<string, Value> {
    const values = new Map<string, Value>();
    const keywords = new Map(given);
    for (const [i, { name }] of this.parameters.entries()) {
      const positional = args[i];
      const value = positional === undefined ? keywords.get(name) : positional;
      if (positional === undefined) keywords.delete(name);
      if (value !== undefined) values.set(name, value);
    }
    if (this.catches.caller) {
      values.set('caller', keywords.get('caller') ?? new Undefined('No caller defined'));
      keywords.delete('caller');
    }
    const [extra] = keywords.keys();
    if (this.catches.keywords) values.set('kwargs', new PyDict(keywords));
    else if (extra !== undefined) throw new TemplateError(`macro '${this.name}' takes no keyword argument '${extra}'`);
    if (this.catches.list) values.set('varargs', new PyTuple(args.slice(this.parameters.length)));
    else if (args.length > this.parameters.length)
      throw new TemplateError(`macro '${this.name}' takes not more than ${this.parameters.length} argument(s)`);
    return values;
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.name;
      case 'arguments':
        return new PyTuple(this.parameters.map((parameter) => parameter.name));
      case 'catch_kwargs':
        return this.catches.keywords;
      case 'catch_varargs':
        return this.catches.list;
      case 'caller':
        return this.catches.caller;
    }
    return undefined;
  }
}

/** Items that pass the loop's `if`, each tested when it is needed. */
function* filtered(iterable: Value, { target, test }: ForStatement, scope: Scope): Generator<Value> {
  for (const item of iterate(iterable)) {
    const inner = new Scope(scope, [], namesOf(target));
    assign(target, item, inner);
    if (test && truthy(evaluate(test, inner))) yield item;
  }
}

function namesOf(target: Target): string[] {
  if (target.kind === 'tuple') return target.items.flatMap(namesOf);
  return target.kind === 'name' ? [target.name] : [];
}

function assign(target: Target, value: Value, scope: Scope): void {
  if (target.kind === 'name') scope.set(target.name, value);
  else if (target.kind === 'namespace') {
    const object = scope.get(target.name);
    if (!(object instanceof Namespace)) throw new TemplateError('cannot assign attribute on non-namespace object');
    object.attributes.set(target.attribute, value);
  } else {
    const items = listOf(value);
    const { length } = target.items;
    if (items.length !== length)
      throw new TemplateError(
        `${items.length > length ? 'too many' : 'not enough'} values to unpack (expected ${length})`,
      );
    for (const [i, part] of target.items.entries()) assign(part, items[i] ?? null, scope);
  }
}
