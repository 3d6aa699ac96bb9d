/** Whether a JSON value matches a schema: the keywords of JSON Schema (2020-12) that JsonSchema lists. */
import type { JsonSchema } from './config.ts';

type Check = (value: unknown, schema: JsonSchema) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As JSON Schema has it, a bound says nothing of values of another type. */
const CHECKS: readonly Check[] = [
  (value, { type }) => type === undefined || [type].flat().some((name) => hasType(value, name)),
  (value, schema) => !('enum' in schema) || (schema.enum ?? []).some((one) => isEqual(one, value)),
  (value, schema) => !('const' in schema) || isEqual(schema.const, value),
  (value, schema) =>
    typeof value !== 'number' ||
    (value >= (schema.minimum ?? -Infinity) &&
      value <= (schema.maximum ?? Infinity) &&
      value > (schema.exclusiveMinimum ?? -Infinity) &&
      value < (schema.exclusiveMaximum ?? Infinity)),
  (value, { minLength, maxLength }) => typeof value !== 'string' || within([...value].length, minLength, maxLength),
  (value, { items, minItems, maxItems }) =>
    !Array.isArray(value) ||
    (within(value.length, minItems, maxItems) && (!items || value.every((one) => matches(one, items)))),
  (value, { properties = {}, required = [], additionalProperties = true }) =>
    !isObject(value) ||
    (required.every((name) => Object.hasOwn(value, name)) &&
      Object.entries(value).every(([name, one]) => {
        const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
        return schema ? matches(one, schema) : additionalProperties;
      })),
];

export const matches = (value: unknown, schema: JsonSchema): boolean => CHECKS.every((check) => check(value, schema));

const within = (length: number, least = 0, most = Infinity): boolean => length >= least && length <= most;

function hasType(value: unknown, name: string): boolean {
  switch (name) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === name;
  }
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => isEqual(one, b[i]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]))
  );
}
