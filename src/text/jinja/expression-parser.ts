/** Parses the expressions of a template: jinja2's grammar, in its order of precedence. */
import type { Arguments, BinaryOperator, Comparison, Expression } from './ast.ts';
import type { Token } from './lexer.ts';
import { TemplateError } from './values.ts';

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

export class ExpressionParser {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  protected get current(): Token {
    return this.look(0);
  }

  protected look(distance: number): Token {
    const token = this.tokens[Math.min(this.at + distance, this.tokens.length - 1)];
    if (!token) throw new TemplateError('no tokens');
    return token;
  }

  protected advance(): Token {
    const token = this.current;
    this.at += 1;
    return token;
  }

  protected fail(message: string, { line } = this.current): never {
    throw new TemplateError(`line ${line}: ${message}`);
  }

  protected isOperator(text: string, distance = 0): boolean {
    const token = this.look(distance);
    return token.type === 'operator' && token.text === text;
  }

  protected isName(text: string, distance = 0): boolean {
    const token = this.look(distance);
    return token.type === 'name' && token.text === text;
  }

  protected skipOperator(text: string): boolean {
    const found = this.isOperator(text);
    if (found) this.at += 1;
    return found;
  }

  protected skipName(text: string): boolean {
    const found = this.isName(text);
    if (found) this.at += 1;
    return found;
  }

  protected expectOperator(text: string): void {
    if (!this.skipOperator(text)) this.fail(`expected ${text}, got ${describe(this.current)}`);
  }

  protected expectName(): string {
    if (this.current.type !== 'name') this.fail(`expected a name, got ${describe(this.current)}`);
    return this.advance().text;
  }

  /** @param conditional false where `if` does not belong to the expression */
  expression(conditional = true): Expression {
    return conditional ? this.conditional() : this.or();
  }

  /** Expressions separated by commas are a tuple. */
  tuple({ conditional = true, end = (): boolean => false, parenthesized = false } = {}): Expression {
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) this.expectOperator(',');
      const { type } = this.current;
      if (type === 'printEnd' || type === 'blockEnd' || this.isOperator(')') || end()) break;
      items.push(this.expression(conditional));
      if (!this.isOperator(',')) break;
      isTuple = true;
    }
    if (isTuple) return { kind: 'tuple', items };
    const only = items[0];
    if (only) return only;
    return parenthesized
      ? { kind: 'tuple', items }
      : this.fail(`expected an expression, got ${describe(this.current)}`);
  }

  private conditional(): Expression {
    let value = this.or();
    while (this.skipName('if')) {
      const test = this.or();
      const no = this.skipName('else') ? this.conditional() : undefined;
      value = { kind: 'conditional', test, yes: value, no };
    }
    return value;
  }

  private or(): Expression {
    let left = this.and();
    while (this.skipName('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.skipName('and')) left = { kind: 'and', left, right: this.not() };
    return left;
  }

  private not(): Expression {
    return this.skipName('not') ? { kind: 'not', value: this.not() } : this.comparison();
  }

  private comparison(): Expression {
    const first = this.sum();
    const rest: { operator: Comparison; value: Expression }[] = [];
    for (;;) {
      let operator: Comparison;
      if (this.current.type === 'operator' && COMPARISONS.includes(this.current.text))
        operator = this.advance().text as Comparison;
      else if (this.skipName('in')) operator = 'in';
      else if (this.isName('not') && this.isName('in', 1)) {
        this.at += 2;
        operator = 'not in';
      } else break;
      rest.push({ operator, value: this.sum() });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest };
  }

  private binary(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.current.type === 'operator' && operators.includes(this.current.text)) {
      const operator = this.advance().text as BinaryOperator;
      left = { kind: 'binary', operator, left, right: operand() };
    }
    return left;
  }

  private sum(): Expression {
    return this.binary(['+', '-'], () => this.concatenation());
  }

  private concatenation(): Expression {
    const first = this.product();
    const parts = [first];
    while (this.skipOperator('~')) parts.push(this.product());
    return parts.length === 1 ? first : { kind: 'concatenate', parts };
  }

  private product(): Expression {
    return this.binary(['*', '/', '//', '%'], () => this.binary(['**'], () => this.unary(true)));
  }

  /** @param filtered whether filters and tests that follow belong to it: `-x | abs` is `(-x) | abs` */
  private unary(filtered: boolean): Expression {
    let value: Expression;
    if (this.skipOperator('-')) value = { kind: 'negative', value: this.unary(false) };
    else if (this.skipOperator('+')) value = { kind: 'positive', value: this.unary(false) };
    else value = this.primary();
    value = this.postfix(value);
    return filtered ? this.filtersAndTests(value) : value;
  }

  private primary(): Expression {
    const token = this.advance();
    switch (token.type) {
      case 'name':
        if (token.text === 'true' || token.text === 'True') return { kind: 'constant', value: true };
        if (token.text === 'false' || token.text === 'False') return { kind: 'constant', value: false };
        if (token.text === 'none' || token.text === 'None') return { kind: 'constant', value: null };
        return { kind: 'name', name: token.text };
      case 'string': {
        let value = token.text;
        while (this.current.type === 'string') value += this.advance().text;
        return { kind: 'constant', value };
      }
      case 'number':
        return { kind: 'constant', value: token.value ?? 0n };
      case 'operator':
        if (token.text === '(') {
          const value = this.tuple({ parenthesized: true });
          this.expectOperator(')');
          return value;
        }
        if (token.text === '[') return { kind: 'list', items: this.separated(']', () => this.expression()) };
        if (token.text === '{')
          return {
            kind: 'dict',
            entries: this.separated('}', () => {
              const key = this.expression();
              this.expectOperator(':');
              return [key, this.expression()];
            }),
          };
    }
    return this.fail(`unexpected ${describe(token)}`, token);
  }

  /** Items up to the closing bracket; a comma may follow the last. */
  private separated<T>(closing: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.isOperator(closing)) {
      if (items.length > 0) this.expectOperator(',');
      if (this.isOperator(closing)) break;
      items.push(item());
    }
    this.expectOperator(closing);
    return items;
  }

  private postfix(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.skipOperator('.')) value = this.attribute(value);
      else if (this.skipOperator('[')) value = { kind: 'item', object: value, index: this.subscript() };
      else if (this.isOperator('(')) value = { kind: 'call', callee: value, given: this.callArguments() };
      else return value;
    }
  }

  private attribute(object: Expression): Expression {
    const token = this.advance();
    if (token.type === 'name') return { kind: 'attribute', object, name: token.text };
    if (token.type === 'number' && typeof token.value === 'bigint')
      return { kind: 'item', object, index: { kind: 'constant', value: token.value } };
    return this.fail('expected name or number', token);
  }

  private subscript(): Expression {
    const items: Expression[] = [];
    while (!this.isOperator(']')) {
      if (items.length > 0) this.expectOperator(',');
      items.push(this.subscriptItem());
    }
    this.expectOperator(']');
    const only = items[0];
    return items.length === 1 && only ? only : { kind: 'tuple', items };
  }

  private subscriptItem(): Expression {
    const isEnd = () => this.isOperator(']') || this.isOperator(',');
    let start: Expression | undefined;
    if (!this.isOperator(':')) {
      start = this.expression();
      if (!this.isOperator(':')) return start;
    }
    this.expectOperator(':');
    const stop = this.isOperator(':') || isEnd() ? undefined : this.expression();
    const step = this.skipOperator(':') && !isEnd() ? this.expression() : undefined;
    return { kind: 'slice', bounds: [start, stop, step] };
  }

  private callArguments(): Arguments {
    const given: Arguments = { positional: [], keywords: [], list: undefined, dict: undefined };
    const start = this.current;
    const ensure = (condition: boolean) => {
      if (!condition) this.fail('invalid syntax for function call expression', start);
    };
    this.expectOperator('(');
    for (let first = true; !this.isOperator(')'); first = false) {
      if (!first) {
        this.expectOperator(',');
        if (this.isOperator(')')) break;
      }
      if (this.skipOperator('*')) {
        ensure(!given.list && !given.dict);
        given.list = this.expression();
      } else if (this.skipOperator('**')) {
        ensure(!given.dict);
        given.dict = this.expression();
      } else if (this.current.type === 'name' && this.isOperator('=', 1)) {
        ensure(!given.dict);
        const name = this.advance().text;
        this.at += 1;
        ensure(given.keywords.every(([other]) => other !== name));
        given.keywords.push([name, this.expression()]);
      } else {
        ensure(!given.list && !given.dict && given.keywords.length === 0);
        given.positional.push(this.expression());
      }
    }
    this.expectOperator(')');
    return given;
  }

  private filtersAndTests(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.isOperator('|')) value = this.filters(value) ?? value;
      else if (this.skipName('is')) value = this.test(value);
      else if (this.isOperator('(')) value = { kind: 'call', callee: value, given: this.callArguments() };
      else return value;
    }
  }

  /** @param inline the first filter has no `|`, as in `{% filter upper %}` */
  protected filters(start: Expression | undefined, inline = false): Expression | undefined {
    let value = start;
    for (let first = inline; first || this.isOperator('|'); first = false) {
      if (!first) this.expectOperator('|');
      const name = this.dottedName();
      const given = this.isOperator('(') ? this.callArguments() : NONE;
      value = { kind: 'filter', value, name, given };
    }
    return value;
  }

  private dottedName(): string {
    let name = this.expectName();
    while (this.skipOperator('.')) name += `.${this.expectName()}`;
    return name;
  }

  private test(value: Expression): Expression {
    const negated = this.skipName('not');
    const name = this.dottedName();
    let given = NONE;
    const { type } = this.current;
    if (this.isOperator('(')) given = this.callArguments();
    else if (
      type === 'string' ||
      type === 'number' ||
      this.isOperator('[') ||
      this.isOperator('{') ||
      (type === 'name' && !['else', 'or', 'and'].some((word) => this.isName(word)))
    ) {
      if (this.isName('is')) this.fail('You cannot chain multiple tests with is');
      given = { ...NONE, positional: [this.postfix(this.primary())] };
    }
    const test: Expression = { kind: 'test', value, name, given };
    return negated ? { kind: 'not', value: test } : test;
  }
}

const NONE: Arguments = { positional: [], keywords: [], list: undefined, dict: undefined };

export function describe({ type, text }: Token): string {
  if (type === 'end') return 'the end of the template';
  if (type === 'printEnd') return "'}}'";
  if (type === 'blockEnd') return "'%}'";
  return JSON.stringify(text);
}
