/** Evaluates a template's expressions. */
import type { Arguments, Expression } from './ast.ts';
import { getAttribute, getItem, Slice } from './attributes.ts';
import { charge } from './budget.ts';
import type { FilterContext } from './filter.ts';
import { FILTERS, UNSUPPORTED_FILTERS } from './filters.ts';
import { binary, compare, listOf, negate, truthy } from './operations.ts';
import { repr, str } from './printing.ts';
import type { Scope } from './scope.ts';
import { bind } from './signature.ts';
import { joinText } from './string-methods.ts';
import {
  AttributeObject,
  hashKey,
  PyDict,
  PyFunction,
  PyList,
  PyTuple,
  TemplateError,
  typeName,
  Undefined,
  undefinedError,
  unsupported,
  type Keywords,
  type Value,
} from './values.ts';
import { TESTS } from './value-tests.ts';

/** @throws TemplateError for what Python raises, and for what is not supported */
export function evaluate(expression: Expression, scope: Scope): Value {
  charge();
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'name':
      return valueOf(expression.name, scope);
    case 'list':
      return new PyList(expression.items.map((item) => evaluate(item, scope)));
    case 'tuple':
      return new PyTuple(expression.items.map((item) => evaluate(item, scope)));
    case 'dict':
      return new PyDict(expression.entries.map(([key, value]) => [evaluate(key, scope), evaluate(value, scope)]));
    case 'attribute':
      return getAttribute(evaluate(expression.object, scope), expression.name);
    case 'item':
      return getItem(evaluate(expression.object, scope), evaluate(expression.index, scope));
    case 'slice':
      return new Slice(expression.bounds.map((bound) => (bound ? evaluate(bound, scope) : null)));
    case 'call': {
      const callee = evaluate(expression.callee, scope);
      const { args, keywords } = evaluateArguments(expression.given, scope);
      return call(callee, args, keywords);
    }
    case 'filter': {
      if (!expression.value) throw new TemplateError('a filter has no value');
      return evaluateFilter(expression, evaluate(expression.value, scope), scope);
    }
    case 'test': {
      const value = evaluate(expression.value, scope);
      const { args, keywords } = evaluateArguments(expression.given, scope);
      return callTest(expression.name, value, args, keywords);
    }
    case 'not':
      return !truthy(evaluate(expression.value, scope));
    case 'negative':
      return negate(evaluate(expression.value, scope), '-');
    case 'positive':
      return negate(evaluate(expression.value, scope), '+');
    case 'binary':
      if (expression.operator === '**') return power(expression.left, expression.right, scope);
      return binary(evaluate(expression.left, scope), expression.operator, evaluate(expression.right, scope));
    case 'and': {
      const left = evaluate(expression.left, scope);
      return truthy(left) ? evaluate(expression.right, scope) : left;
    }
    case 'or': {
      const left = evaluate(expression.left, scope);
      return truthy(left) ? left : evaluate(expression.right, scope);
    }
    case 'compare': {
      let left = evaluate(expression.first, scope);
      for (const { operator, value } of expression.rest) {
        const right = evaluate(value, scope);
        if (!compare(left, operator, right)) return false;
        left = right;
      }
      return true;
    }
    case 'concatenate':
      return joinText(
        '',
        expression.parts.map((part) => str(evaluate(part, scope))),
      );
    case 'conditional':
      if (truthy(evaluate(expression.test, scope))) return evaluate(expression.yes, scope);
      return expression.no
        ? evaluate(expression.no, scope)
        : new Undefined('the inline if-expression evaluated to false and no else section was defined.');
  }
}

/**
 * Jinja writes a constant as it stands into Python's source, where a minus sign binds less than a power: `-2 ** n` is
 * `-(2 ** n)`, but of two constants Jinja itself makes `(-2) ** 2`.
 */
function power(base: Expression, exponent: Expression, scope: Scope): Value {
  const [left, right] = [evaluate(base, scope), evaluate(exponent, scope)];
  const isNegative = (typeof left === 'bigint' || typeof left === 'number') && (left < 0 || Object.is(left, -0));
  if (isNegative && isConstant(base) && !isConstant(exponent)) return negate(binary(-left, '**', right), '-');
  return binary(left, '**', right);
}

function isConstant(expression: Expression): boolean {
  if (expression.kind === 'binary') return isConstant(expression.left) && isConstant(expression.right);
  if (expression.kind === 'negative' || expression.kind === 'positive') return isConstant(expression.value);
  return expression.kind === 'constant';
}

/** A filter, or several of which the innermost has no value of its own: `{% filter trim | upper %}`. */
export function applyFilter(expression: Expression, text: string, scope: Scope): Value {
  if (expression.kind !== 'filter') throw new TemplateError('expected a filter');
  const value = expression.value ? applyFilter(expression.value, text, scope) : text;
  return evaluateFilter(expression, value, scope);
}

function evaluateFilter({ name, given }: Expression & { kind: 'filter' }, value: Value, scope: Scope): Value {
  const { args, keywords } = evaluateArguments(given, scope);
  return callFilter(name, value, args, keywords);
}

function valueOf(name: string, scope: Scope): Value {
  const value = scope.get(name);
  if (value === undefined && name === 'self') return unsupported('self');
  return value === undefined ? new Undefined(`${repr(name)} is undefined`) : value;
}

export function evaluateArguments(given: Arguments, scope: Scope): { args: Value[]; keywords: Keywords } {
  const args = given.positional.map((argument) => evaluate(argument, scope));
  const keywords: Keywords = new Map(given.keywords.map(([name, value]) => [name, evaluate(value, scope)]));
  if (given.list) args.push(...listOf(evaluate(given.list, scope)));
  if (given.dict) {
    const dict = evaluate(given.dict, scope);
    if (!(dict instanceof PyDict))
      throw new TemplateError(`argument after ** must be a mapping, not ${typeName(dict)}`);
    for (const [name, value] of dict.items()) {
      if (typeof name !== 'string') throw new TemplateError('keywords must be strings');
      if (keywords.has(name)) throw new TemplateError(`got multiple values for keyword argument '${name}'`);
      keywords.set(name, value);
    }
  }
  return { args, keywords };
}

export function call(callee: Value, args: Value[], keywords: Keywords): Value {
  if (callee instanceof Undefined) return undefinedError(callee);
  const body = callee instanceof PyFunction || callee instanceof AttributeObject ? callee.call : undefined;
  if (!body) throw new TemplateError(`'${typeName(callee)}' object is not callable`);
  return body.call(callee, args, keywords);
}

const CONTEXT: FilterContext = { filter: callFilter, test: callTest };

function callFilter(name: string, value: Value, args: Value[], keywords: Keywords): Value {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter) return filter(name, value, args, keywords, CONTEXT);
  if (UNSUPPORTED_FILTERS.includes(name)) return unsupported(`the filter ${name}`);
  throw new TemplateError(`No filter named ${repr(name)}`);
}

function callTest(name: string, value: Value, args: Value[], keywords: Keywords): Value {
  // Whether a filter or test exists.
  if (name === 'filter' || name === 'test') {
    const known = name === 'filter' ? [...Object.keys(FILTERS), ...UNSUPPORTED_FILTERS] : [...Object.keys(TESTS), name];
    hashKey(value);
    return typeof value === 'string' && (known.includes(value) || value === 'filter' || value === 'test');
  }
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  if (!test) throw new TemplateError(`No test named ${repr(name)}`);
  const [one = null, other = null] = bind(name, test[0], [value, ...args], keywords);
  return test[1](one, other);
}
