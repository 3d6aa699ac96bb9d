/** The fields of a schema as a list: path, type, default and text, for the page, --help and the documentation. */
import { z } from 'zod';
import { textOf, type FieldText } from '../../schema/field.ts';

export interface ConfigField extends FieldText {
  /** Dotted, from the top of the config: `rl.prompts`. */
  path: string;
  /** A section holds other fields; shares are numbers by name; a value is a text, a number or true or false. */
  kind: 'number' | 'integer' | 'switch' | 'choice' | 'text' | 'value' | 'list' | 'shares' | 'section';
  /** Bounds of numbers; lengths of texts and lists are not listed. */
  minimum?: number;
  maximum?: number;
  /** The minimum itself is not allowed. */
  exclusive?: true;
  /** The maximum itself is not allowed. */
  exclusiveMaximum?: true;
  choices?: readonly string[];
  /** Undefined if the schema has no default. */
  default?: unknown;
  required: boolean;
  /** null switches it off. */
  nullable: boolean;
  /** The alternative of a union that has the field, such as the name of a strategy. */
  variant?: string;
}

/** Where a schema's fields are listed. */
interface FieldsAt {
  /** Of the schema, from the top of the config. */
  path: string;
  /** The alternative of a union that has it. */
  variant: string | undefined;
  /**
   * Whether the fields of a list's entries are listed too, as `sft.sources[].weight`. Entries that have alternatives by
   * name, such as rewards, have lists of their own.
   */
  items: boolean;
}

/**
 * All fields that have a text, in the order of their declaration, once per alternative of a union.
 *
 * @throws Error where a field has no text: a defect of the schema
 */
export function fieldsOf(schema: z.ZodType, at: Partial<FieldsAt> = {}): ConfigField[] {
  const { path = '', variant, items = false } = at;
  const { inner } = unwrapped(schema);
  if (inner instanceof z.ZodUnion)
    return inner.options.flatMap((option) =>
      fieldsOf(option as z.ZodType, { ...at, variant: variantOf(option as z.ZodType) }),
    );
  if (items && inner instanceof z.ZodArray && inner.element instanceof z.ZodObject)
    return fieldsOf(inner.element, { ...at, path: `${path}[]` });
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, child]) => {
    const childPath = path ? `${path}.${key}` : key;
    return [describe(child, childPath, variant), ...fieldsOf(child, { path: childPath, variant, items })];
  });
}

function describe(schema: z.ZodType, path: string, variant: string | undefined): ConfigField {
  const text = textOf(schema);
  if (!text) throw new Error(`the schema of ${path} has no text: declare it with field()`);
  const { inner, ...presence } = unwrapped(schema);
  return { ...text, path, ...presence, ...typeOf(inner), ...(variant !== undefined && { variant }) };
}

/** The schema without its optional wrappers, and their effect on the field. */
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

function typeOf(
  schema: z.ZodType,
): Pick<ConfigField, 'kind' | 'minimum' | 'maximum' | 'exclusive' | 'exclusiveMaximum' | 'choices'> {
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema;
    return {
      kind: schema.isInt ? 'integer' : 'number',
      ...(isBound(minValue) && { minimum: minValue }),
      ...(isBound(maxValue) && { maximum: maxValue }),
      ...(isBound(minValue) && !schema.safeParse(minValue).success && { exclusive: true }),
      ...(isBound(maxValue) && !schema.safeParse(maxValue).success && { exclusiveMaximum: true }),
    };
  }
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' };
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options.map(String) };
  if (schema instanceof z.ZodLiteral) return { kind: 'choice', choices: [...schema.values].map(String) };
  if (schema instanceof z.ZodArray) return { kind: 'list' };
  if (schema instanceof z.ZodRecord) return { kind: schema.valueType instanceof z.ZodArray ? 'list' : 'shares' };
  if (schema instanceof z.ZodString) return { kind: 'text' };
  return { kind: mayBeText(schema) ? 'value' : 'section' };
}

const mayBeText = (schema: unknown): boolean =>
  schema instanceof z.ZodString || (schema instanceof z.ZodUnion && schema.options.some(mayBeText));

/** Bounds that only keep numbers finite or exact are not shown. */
const ENDLESS = 1e6;
const isBound = (value: number | null): value is number => value !== null && Math.abs(value) < ENDLESS;

/** The name of an alternative, discriminated by its literal `name`. */
function variantOf(option: z.ZodType): string | undefined {
  const { inner } = unwrapped(option);
  const name = inner instanceof z.ZodObject ? (inner.shape as Record<string, z.ZodType>)['name'] : undefined;
  return name instanceof z.ZodLiteral ? String(name.value) : undefined;
}

/** The range of a number as a sentence; empty for other fields. */
export function rangeText(field: {
  default?: unknown;
  kind?: ConfigField['kind'];
  minimum?: number;
  maximum?: number;
  exclusive?: true;
}): string {
  if (field.kind !== undefined && field.kind !== 'number' && field.kind !== 'integer') return '';
  if (typeof field.default === 'boolean') return 'On or off.';
  const { minimum = -Infinity, maximum = Infinity, exclusive } = field;
  const from = minimum <= -ENDLESS ? '' : exclusive ? `above ${minimum}` : `from ${minimum}`;
  const to = maximum >= ENDLESS ? '' : exclusive || from === '' ? `up to ${maximum}` : `to ${maximum}`;
  const range = [from, to].filter(Boolean).join(exclusive && to ? ', ' : ' ') || 'any number';
  return `${range[0]?.toUpperCase() ?? ''}${range.slice(1)}.`;
}

/** The default of a field for display: numbers below 0.01 as 3e-4, null as off; undefined if absent. */
export function defaultText({ absent, default: usual, kind }: ConfigField): string | undefined {
  if (absent !== undefined) return absent;
  if (usual === null) return 'off';
  if (kind === 'number' && typeof usual === 'number') return numberText(usual);
  if (Array.isArray(usual)) return usual.join(', ');
  return usual === undefined
    ? undefined
    : typeof usual === 'object'
      ? 'empty'
      : String(usual as string | number | boolean);
}

export const numberText = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);

const KINDS = {
  switch: 'true or false',
  section: 'object',
  list: 'list',
  shares: 'numbers by name',
  text: 'text',
  value: 'text, number, or true or false',
  number: 'number',
  integer: 'integer',
} as const;

/** The type of a field in a few words: `integer 1 to 65536`, `number > 0, or null`. */
export function typeText(field: ConfigField): string {
  const { kind, choices = [], nullable } = field;
  const type = kind === 'choice' ? choices.join(', ').replace(/, ([^,]*)$/, ' or $1') : KINDS[kind];
  return [type, boundsText(field), nullable ? ', or null' : ''].join('');
}

function boundsText({ minimum, maximum, exclusive, exclusiveMaximum }: ConfigField): string {
  if (minimum !== undefined && maximum !== undefined && !exclusive && !exclusiveMaximum)
    return ` ${minimum} to ${maximum}`;
  const from = minimum === undefined ? '' : `${exclusive ? '>' : '>='} ${minimum}`;
  const to = maximum === undefined ? '' : `${exclusiveMaximum ? '<' : '<='} ${maximum}`;
  return from || to ? ` ${[from, to].filter(Boolean).join(', ')}` : '';
}

/** Fields of several alternatives as one. */
export interface MergedField extends ConfigField {
  /** One row per default, with the alternatives that have it; empty if the field belongs to no alternative. */
  defaults: { text: string; variants: string[] }[];
}

/** Joins fields of the same path, type and text that differ only in their defaults, keeping the order. */
export function mergedFields(fields: readonly ConfigField[]): MergedField[] {
  const merged = new Map<string, MergedField>();
  for (const field of fields) {
    const { path, description, kind, minimum, maximum, variant } = field;
    const key = JSON.stringify([path, description, kind, minimum, maximum]);
    const text = field.required ? 'required' : (defaultText(field) ?? 'none');
    const variants = variant === undefined ? [] : [variant];
    const before = merged.get(key);
    if (!before) {
      merged.set(key, { ...field, defaults: [{ text, variants }] });
      continue;
    }
    if (field.choices) before.choices = [...new Set([...(before.choices ?? []), ...field.choices])];
    const same = before.defaults.find((one) => one.text === text);
    if (same) same.variants.push(...variants);
    else before.defaults.push({ text, variants });
  }
  return [...merged.values()];
}

/** The defaults of a field with the alternatives that have them: `0.2 (ppo, cispo), 3e-4 (gspo)`. */
export const defaultsText = ({ path, defaults }: MergedField): string =>
  defaults
    // A union's own `name` says which alternative it is.
    .map(({ text, variants }) =>
      variants.length === 0 || path.endsWith('.name') ? text : `${text} (${variants.join(', ')})`,
    )
    .join(', ');
