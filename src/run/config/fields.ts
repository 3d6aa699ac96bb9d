/** The fields of a schema as a list: path, type, default and text, for the page, --help and the documentation. */
import { z } from 'zod';
import { textOf, type FieldText } from './field.ts';

export interface ConfigField extends FieldText {
  /** Dotted, from the top of the config: `rl.prompts`. */
  path: string;
  /** A section holds other fields. */
  kind: 'number' | 'integer' | 'switch' | 'choice' | 'text' | 'list' | 'section';
  /** Of numbers; lengths of texts and lists are not bounds that a person looks for. */
  minimum?: number;
  maximum?: number;
  /** The minimum itself is not allowed. */
  exclusive?: true;
  choices?: readonly string[];
  /** Undefined where the schema fills nothing in. */
  default?: unknown;
  required: boolean;
  /** null switches it off. */
  nullable: boolean;
  /** The alternative of a union that has the field, such as the name of a strategy. */
  variant?: string;
}

/**
 * All fields that have a text, in the order of their declaration, once per alternative of a union.
 *
 * @throws Error where a field has no text: a defect of the schema
 */
export function fieldsOf(schema: z.ZodType, path = '', variant?: string): ConfigField[] {
  const { inner } = unwrapped(schema);
  if (inner instanceof z.ZodUnion)
    return inner.options.flatMap((option) => fieldsOf(option as z.ZodType, path, variantOf(option as z.ZodType)));
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, child]) => {
    const childPath = path ? `${path}.${key}` : key;
    return [describe(child, childPath, variant), ...fieldsOf(child, childPath, variant)];
  });
}

function describe(schema: z.ZodType, path: string, variant: string | undefined): ConfigField {
  const text = textOf(schema);
  if (!text) throw new Error(`the schema of ${path} has no text: declare it with field()`);
  const { inner, ...presence } = unwrapped(schema);
  return { ...text, path, ...presence, ...typeOf(inner), ...(variant !== undefined && { variant }) };
}

/** The schema without what makes a field optional, and what that says of the field. */
function unwrapped(schema: z.ZodType): { inner: z.ZodType } & Pick<ConfigField, 'default' | 'required' | 'nullable'> {
  let [inner, required, nullable] = [schema, true, false];
  let value: unknown;
  for (;;) {
    if (inner instanceof z.ZodDefault) {
      value = inner.def.defaultValue;
      required = false;
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodOptional) {
      required = false;
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodNullable) {
      nullable = true;
      inner = inner.unwrap() as z.ZodType;
    } else if (inner instanceof z.ZodPipe) inner = inner.out as z.ZodType;
    else return { inner, required, nullable, ...(value !== undefined && { default: value }) };
  }
}

function typeOf(schema: z.ZodType): Pick<ConfigField, 'kind' | 'minimum' | 'maximum' | 'exclusive' | 'choices'> {
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema;
    const exclusive = typeof minValue === 'number' && !schema.safeParse(minValue).success;
    return {
      kind: schema.isInt ? 'integer' : 'number',
      ...(isBound(minValue) && { minimum: minValue }),
      ...(isBound(maxValue) && { maximum: maxValue }),
      ...(exclusive && isBound(minValue) && { exclusive }),
    };
  }
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options.map(String) };
  if (schema instanceof z.ZodLiteral) return { kind: 'choice', choices: [...schema.values].map(String) };
  if (schema instanceof z.ZodArray) return { kind: 'list' };
  return { kind: schema instanceof z.ZodString ? 'text' : 'section' };
}

/** Bounds that only keep numbers finite or exact say nothing to a person. */
const isBound = (value: number | null): value is number => value !== null && Math.abs(value) < 1e9;

/** An alternative's name: the literal of its `name`, or the first field that the others do not have. */
function variantOf(option: z.ZodType): string | undefined {
  const { inner } = unwrapped(option);
  if (!(inner instanceof z.ZodObject)) return undefined;
  const [first, schema] = Object.entries(inner.shape as Record<string, z.ZodType>)[0] ?? [];
  return schema instanceof z.ZodLiteral ? String(schema.value) : first;
}
