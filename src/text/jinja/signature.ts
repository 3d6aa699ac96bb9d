/** Binds the arguments of a call to parameters, as Python does. */
import { PyFunction, TemplateError, typeName, unsupported, type Keywords, type Value } from './values.ts';

/**
 * Parameters by name. One with `?` may be left out; those before `/` cannot be given by name.
 */
export type Signature = readonly string[];

/** @returns the arguments in the signature's order; undefined for one that was left out */
export function bind(name: string, signature: Signature, args: Value[], keywords: Keywords): (Value | undefined)[] {
  const slash = signature.indexOf('/');
  const parameters = signature.filter((parameter) => parameter !== '/');
  if (args.length > parameters.length)
    throw new TemplateError(`${name}() takes at most ${parameters.length} arguments (${args.length} given)`);
  const bound: (Value | undefined)[] = parameters.map((_, i) => args[i]);
  for (const [key, value] of keywords) {
    const index = parameters.findIndex((parameter) => parameter.replace('?', '') === key);
    if (index < 0 || index < slash) throw new TemplateError(`${name}() got an unexpected keyword argument '${key}'`);
    if (bound[index] !== undefined) throw new TemplateError(`${name}() got multiple values for argument '${key}'`);
    bound[index] = value;
  }
  const missing = parameters.findIndex((parameter, i) => !parameter.endsWith('?') && bound[i] === undefined);
  if (missing >= 0) throw new TemplateError(`${name}() missing the argument '${parameters[missing]}'`);
  return bound;
}

export function pyFunction(
  name: string,
  signature: Signature,
  body: (bound: (Value | undefined)[]) => Value,
): PyFunction {
  return new PyFunction(name, (args, keywords) => body(bind(name, signature, args, keywords)));
}

/** An argument that must be a str. @throws TemplateError */
export function textArgument(value: Value | undefined, name: string): string {
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null && typeof value === 'object' && value.type === 'Markup')
    return unsupported('a safe text as an argument');
  throw new TemplateError(`${name}: expected str, found ${value === undefined ? 'nothing' : typeName(value)}`);
}

/** An argument that must be an int; a bool counts as one. @throws TemplateError */
export function integerArgument(value: Value | undefined, fallback: bigint, name: string): bigint {
  if (value === undefined) return fallback;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw new TemplateError(`${name}: '${typeName(value)}' object cannot be interpreted as an integer`);
}
