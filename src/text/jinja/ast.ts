/** The syntax tree of a template. */

export type Expression =
  | { kind: 'constant'; value: string | bigint | number | boolean | null }
  | { kind: 'name'; name: string }
  | { kind: 'list' | 'tuple'; items: Expression[] }
  | { kind: 'dict'; entries: [Expression, Expression][] }
  | { kind: 'attribute'; object: Expression; name: string }
  | { kind: 'item'; object: Expression; index: Expression }
  | { kind: 'slice'; bounds: (Expression | undefined)[] }
  | { kind: 'call'; callee: Expression; given: Arguments }
  /** `value` is undefined in `{% filter %}` and `{% set x | filter %}`, where it is the body's text. */
  | { kind: 'filter'; value: Expression | undefined; name: string; given: Arguments }
  | { kind: 'test'; value: Expression; name: string; given: Arguments }
  | { kind: 'not' | 'negative' | 'positive'; value: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'compare'; first: Expression; rest: { operator: Comparison; value: Expression }[] }
  | { kind: 'concatenate'; parts: Expression[] }
  | { kind: 'conditional'; test: Expression; yes: Expression; no: Expression | undefined };

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface Arguments {
  positional: Expression[];
  keywords: [string, Expression][];
  /** `*args` */
  list: Expression | undefined;
  /** `**kwargs` */
  dict: Expression | undefined;
}

export type Target =
  | { kind: 'name'; name: string }
  | { kind: 'namespace'; name: string; attribute: string }
  | { kind: 'tuple'; items: Target[] };

export interface Parameter {
  name: string;
  fallback: Expression | undefined;
}

export type Statement =
  | { kind: 'text'; text: string }
  | { kind: 'print'; value: Expression }
  | { kind: 'set'; target: Target; value: Expression }
  | { kind: 'setBlock'; target: Target; filter: Expression | undefined; body: Statement[] }
  | ForStatement
  | { kind: 'if'; branches: { test: Expression; body: Statement[] }[]; otherwise: Statement[] }
  | { kind: 'with'; values: { target: Target; value: Expression }[]; body: Statement[] }
  | { kind: 'macro'; name: string; parameters: Parameter[]; body: Statement[] }
  | { kind: 'callBlock'; call: Expression & { kind: 'call' }; parameters: Parameter[]; body: Statement[] }
  | { kind: 'filterBlock'; filter: Expression; body: Statement[] }
  | { kind: 'generation'; body: Statement[] }
  | { kind: 'break' | 'continue' };

export interface ForStatement {
  kind: 'for';
  target: Target;
  iterable: Expression;
  test: Expression | undefined;
  recursive: boolean;
  body: Statement[];
  otherwise: Statement[];
}
