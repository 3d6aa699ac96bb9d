/** What a filter of a template is. */
import { bind, type Signature } from './signature.ts';
import type { Keywords, Value } from './values.ts';

/** Calls a filter or a test by name. */
export type CallByName = (name: string, value: Value, args: Value[], keywords: Keywords) => Value;

/** What a filter may call. */
export interface FilterContext {
  filter: CallByName;
  test: CallByName;
}

export type Filter = (name: string, value: Value, args: Value[], keywords: Keywords, context: FilterContext) => Value;

/** @param signature the value that is filtered, then the arguments */
export function plain(signature: Signature, body: (bound: (Value | undefined)[]) => Value): Filter {
  return (name, value, args, keywords) => body(bind(name, signature, [value, ...args], keywords));
}

/** A filter whose arguments are those of another function. */
export function raw(body: (value: Value, args: Value[], keywords: Keywords, context: FilterContext) => Value): Filter {
  return (_name, value, args, keywords, context) => body(value, args, keywords, context);
}
