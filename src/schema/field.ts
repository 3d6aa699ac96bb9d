/**
 * A config field is declared once: its schema and its user-visible text. The page's recipe, the command line's --help
 * and docs/run-config.md read both from here (fields.ts).
 */
import { z } from 'zod';

export type Unit = 'tokens' | 'steps' | 'updates' | 'examples' | 'sequences' | 'prompts' | 'nats' | 'MB';

export interface FieldText {
  /** The page's label of the input. */
  label: string;
  /** What the field does and when to change it, in one or two sentences. */
  description: string;
  unit?: Unit;
  /** The effect of omitting the field, in words, where the schema has no default. */
  absent?: string;
}

const TEXTS = z.registry<FieldText>();

/** A field of a config with its text. */
export function field<S extends z.ZodType>(schema: S, text: FieldText): S {
  // A clone, because several fields may share a schema such as `count`.
  const own = schema.clone() as S;
  TEXTS.add(own, text);
  return own;
}

export const textOf = (schema: z.ZodType): FieldText | undefined => TEXTS.get(schema);

/** A whole number of at least 1. */
export const count = z.int().min(1);
/** A whole number of at least 0. */
export const countOrZero = z.int().min(0);
/** A number above 0. */
export const positive = z.number().gt(0);
/** A number of at least 0. */
export const notNegative = z.number().min(0);
export const fraction = z.number().min(0).max(1);
/** Seeds are unsigned 32-bit integers. */
export const seed = z.int().min(0).max(0xffffffff);
