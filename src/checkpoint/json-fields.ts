/** Reads untrusted JSON field by field, with messages that name the field and show the value found. */
import { inputError, type StudioError } from '../errors.ts';
import { parseJsonText } from '../json-text.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Most characters of a value that a message shows. */
const SHOWN = 80;

/** A value for a message: always short, even if it is nested more deeply than JSON.stringify can handle. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    text = Array.isArray(value) ? 'a deeply nested list' : 'a deeply nested object';
  }
  return shortened(text);
}

/** An untrusted name, for a message: short, and without control characters. */
export function shortened(text: string): string {
  const visible = text.replace(/\p{Cc}/gu, '\ufffd');
  return visible.length <= SHOWN ? visible : `${visible.slice(0, SHOWN)}…`;
}

/** @throws StudioError `input` if the text is not JSON, or its value is not an object */
export function parseObject(text: string, where: string): Fields {
  const value = parseJsonText(text, where);
  if (!isObject(value)) throw inputError(where, `expected an object, found ${shown(value)}`);
  return value;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields of one object; `null` counts as absent, as in transformers. */
export class FieldReader {
  constructor(
    readonly fields: Fields,
    /** The file, and the path of the object in it. */
    readonly where: string,
    private readonly prefix = '',
  ) {}

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    // Own fields only: "constructor" is not a field of a file.
    return Object.hasOwn(this.fields, name) ? (this.fields[name] ?? undefined) : undefined;
  }

  /** @throws StudioError `input` if it is missing without a fallback, or not a finite number */
  number(name: string, fallback?: number): number {
    const value = this.raw(name) ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.expected(name, 'a number', value);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  /** @throws StudioError `input` unless it is an integer in the range */
  integer(name: string, range: { from: number; to: number }, fallback?: number): number {
    const value = this.number(name, fallback);
    if (!Number.isInteger(value) || value < range.from || value > range.to)
      throw this.expected(name, `a whole number from ${range.from} to ${range.to}`, value);
    return value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.raw(name) ?? fallback;
    if (typeof value !== 'boolean') throw this.expected(name, 'true or false', value);
    return value;
  }

  text(name: string, fallback?: string): string {
    const value = this.raw(name) ?? fallback;
    if (typeof value !== 'string') throw this.expected(name, 'a string', value);
    return value;
  }

  object(name: string): FieldReader | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.expected(name, 'an object', value);
    return new FieldReader(value, this.where, `${this.prefix}${name}.`);
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.raw(name);
    if (value !== undefined && !Array.isArray(value)) throw this.expected(name, 'a list', value);
    return value;
  }

  expected(name: string, what: string, found: unknown): StudioError {
    return inputError(this.where, `${this.prefix}${name}: expected ${what}, found ${shown(found)}`);
  }

  /** The field requires an unsupported feature. @param reads the values that are supported */
  unsupported(name: string, reads: string): StudioError {
    return inputError(this.where, `${this.prefix}${name}: expected ${reads}, found ${shown(this.raw(name))}`);
  }

  /** @throws StudioError `input` if the field is present with another value */
  only(name: string, allowed: readonly unknown[]): void {
    if (this.has(name) && !allowed.includes(this.raw(name)))
      throw this.unsupported(name, allowed.map(shown).join(' or ') || 'null');
  }
}
