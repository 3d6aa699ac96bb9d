/** Parses a template's statements. */
import type { Expression, Parameter, Statement, Target } from './ast.ts';
import { describe, ExpressionParser } from './expression-parser.ts';
import { tokenize } from './lexer.ts';

/** Tags of Jinja that need other templates, or HTML's escaping. */
const UNSUPPORTED = ['autoescape', 'block', 'extends', 'from', 'import', 'include'];
const CONSTANTS = ['true', 'false', 'none', 'True', 'False', 'None'];

/** @throws TemplateError naming the line */
export function parseTemplate(source: string): Statement[] {
  return new Parser(tokenize(source)).template();
}

class Parser extends ExpressionParser {
  /** Tags that are open, for messages. */
  private readonly open: string[] = [];
  /** `break` and `continue` belong to a loop, which a macro's body does not see. */
  private loops = 0;

  template(): Statement[] {
    const body = this.body([]);
    if (this.current.type !== 'end') this.fail(`unexpected ${describe(this.current)}`);
    return body;
  }

  /** Statements up to one of the end tags, whose name becomes the current token. */
  private body(ends: readonly string[]): Statement[] {
    const body: Statement[] = [];
    for (;;) {
      const token = this.advance();
      switch (token.type) {
        case 'data':
          body.push({ kind: 'text', text: token.text });
          break;
        case 'printBegin':
          body.push({ kind: 'print', value: this.tuple() });
          if (this.current.type !== 'printEnd') this.fail(`expected '}}', got ${describe(this.current)}`);
          this.advance();
          break;
        case 'blockBegin':
          if (this.current.type === 'name' && ends.includes(this.current.text)) return body;
          body.push(...this.statement());
          this.blockEnd();
          break;
        case 'end':
          if (ends.length === 0) {
            return body;
          }
          return this.fail(
            `Unexpected end of template: expected ${ends.map((end) => `{% ${end} %}`).join(' or ')}`,
            token,
          );
        default:
          return this.fail(`unexpected ${describe(token)}`, token);
      }
    }
  }

  private blockEnd(): void {
    if (this.current.type !== 'blockEnd') this.fail(`expected '%}', got ${describe(this.current)}`);
    this.advance();
  }

  /** The body of a tag whose opening part has been parsed. @returns the end tag's name, which is consumed, and it */
  private block(...ends: string[]): { body: Statement[]; end: string } {
    this.skipOperator(':');
    this.blockEnd();
    const body = this.body(ends);
    return { body, end: this.advance().text };
  }

  /** A body that is rendered on its own: `break` does not leave it. */
  private separateBlock(end: string): Statement[] {
    const loops = this.loops;
    this.loops = 0;
    const { body } = this.block(end);
    this.loops = loops;
    return body;
  }

  private statement(): Statement[] {
    const token = this.current;
    if (token.type !== 'name') this.fail('tag name expected');
    const name = token.text;
    this.open.push(name);
    const parsed = this.tag(this.advance().text);
    this.open.pop();
    return parsed;
  }

  private tag(name: string): Statement[] {
    switch (name) {
      case 'set':
        return [this.set()];
      case 'for':
        return [this.for()];
      case 'if':
        return [this.if()];
      case 'with':
        return [this.with()];
      case 'macro': {
        const macro = this.expectName();
        this.checkTarget(macro);
        const parameters = this.parameters();
        return [{ kind: 'macro', name: macro, parameters, body: this.separateBlock('endmacro') }];
      }
      case 'call': {
        const parameters = this.isOperator('(') ? this.parameters() : [];
        const call = this.expression();
        if (call.kind !== 'call') return this.fail('expected a call');
        return [{ kind: 'callBlock', call, parameters, body: this.separateBlock('endcall') }];
      }
      case 'filter': {
        const filter = this.filters(undefined, true);
        if (!filter) return this.fail('expected a filter');
        return [{ kind: 'filterBlock', filter, body: this.block('endfilter').body }];
      }
      case 'generation':
        return [{ kind: 'generation', body: this.separateBlock('endgeneration') }];
      case 'print':
        return this.print();
      case 'break':
      case 'continue':
        if (this.loops === 0) this.fail(`{% ${name} %} outside of a loop`);
        return [{ kind: name }];
    }
    if (UNSUPPORTED.includes(name)) this.fail(`the tag {% ${name} %} is not supported`);
    const inside = this.open.at(-2);
    return this.fail(`unknown tag {% ${name} %}${inside === undefined ? '' : ` in {% ${inside} %}`}`);
  }

  private print(): Statement[] {
    const printed: Statement[] = [];
    while (this.current.type !== 'blockEnd') {
      if (printed.length > 0) this.expectOperator(',');
      printed.push({ kind: 'print', value: this.expression() });
    }
    return printed;
  }

  private set(): Statement {
    const target = this.target();
    if (this.skipOperator('=')) return { kind: 'set', target, value: this.tuple() };
    const filter = this.filters(undefined);
    return { kind: 'setBlock', target, filter, body: this.block('endset').body };
  }

  private for(): Statement {
    const target = this.target(() => this.isName('in'), false);
    if (!this.skipName('in')) this.fail(`expected in, got ${describe(this.current)}`);
    const iterable = this.tuple({ conditional: false, end: () => this.isName('recursive') });
    const test = this.skipName('if') ? this.expression() : undefined;
    const recursive = this.skipName('recursive');
    this.loops += 1;
    const { body, end } = this.block('endfor', 'else');
    this.loops -= 1;
    const otherwise = end === 'else' ? this.block('endfor').body : [];
    return { kind: 'for', target, iterable, test, recursive, body, otherwise };
  }

  private if(): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    for (;;) {
      const test = this.tuple({ conditional: false });
      const { body, end } = this.block('elif', 'else', 'endif');
      branches.push({ test, body });
      if (end === 'elif') continue;
      return { kind: 'if', branches, otherwise: end === 'else' ? this.block('endif').body : [] };
    }
  }

  private with(): Statement {
    const values: { target: Target; value: Expression }[] = [];
    while (this.current.type !== 'blockEnd') {
      if (values.length > 0) this.expectOperator(',');
      const target = this.target(() => this.isOperator('='), false);
      this.expectOperator('=');
      values.push({ target, value: this.expression() });
    }
    return { kind: 'with', values, body: this.block('endwith').body };
  }

  private parameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.expectOperator('(');
    while (!this.isOperator(')')) {
      if (parameters.length > 0) this.expectOperator(',');
      const name = this.expectName();
      this.checkTarget(name);
      const fallback = this.skipOperator('=') ? this.expression() : undefined;
      if (!fallback && parameters.at(-1)?.fallback) this.fail('non-default argument follows default argument');
      parameters.push({ name, fallback });
    }
    this.expectOperator(')');
    return parameters;
  }

  /** What is assigned to: a name, an attribute of a namespace, or several of them. */
  private target(end = (): boolean => false, withNamespace = true): Target {
    const items: Target[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0) this.expectOperator(',');
      if (this.current.type === 'blockEnd' || this.isOperator(')') || this.isOperator('=') || end()) break;
      items.push(this.targetItem(withNamespace));
      if (!this.isOperator(',')) break;
      isTuple = true;
    }
    const only = items[0];
    if (isTuple) return { kind: 'tuple', items };
    return only ?? this.fail(`expected a name to assign to, got ${describe(this.current)}`);
  }

  private targetItem(withNamespace: boolean): Target {
    if (this.skipOperator('(')) {
      // Jinja parses the inside as an expression, in which a namespace's attribute cannot be assigned to.
      const inner = this.target(() => this.isOperator(')'), false);
      this.expectOperator(')');
      return inner;
    }
    const name = this.expectName();
    this.checkTarget(name);
    if (withNamespace && this.skipOperator('.')) return { kind: 'namespace', name, attribute: this.expectName() };
    return { kind: 'name', name };
  }

  private checkTarget(name: string): void {
    if (CONSTANTS.includes(name)) this.fail(`can't assign to ${name}`);
    if (name === 'loop' && this.open.includes('for'))
      this.fail("Can't assign to special loop variable in for-loop target");
  }
}
