/** Reads one part of tokenizer.json (a pre-tokenizer, a decoder, ...): every error names the file and the field. */
import { inputError, type StudioError } from '../../errors.ts';

export type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for a message. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}

export class Part {
  /**
   * @param path dotted path in the file, for example `pre_tokenizer.pretokenizers.0`
   * @param file for messages
   */
  private constructor(
    readonly fields: Fields,
    readonly path: string,
    readonly file: string,
  ) {}

  /** @throws StudioError `input` if the value is not an object */
  static read(value: unknown, path: string, file: string): Part {
    if (!isFields(value)) throw inputError(file, `${path}: expected an object, found ${shown(value)}`);
    return new Part(value, path, file);
  }

  error(name: string, expected: string): StudioError {
    return inputError(this.file, `${this.path}.${name}: expected ${expected}, found ${shown(this.fields[name])}`);
  }

  /** Null is as if the field were missing. */
  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  string(name: string, otherwise?: string): string {
    const value = this.has(name) ? this.fields[name] : otherwise;
    if (typeof value !== 'string') throw this.error(name, 'a text');
    return value;
  }

  /** A single character. */
  character(name: string, otherwise?: string): string {
    const value = this.string(name, otherwise);
    if (Array.from(value).length !== 1) throw this.error(name, 'a single character');
    return value;
  }

  boolean(name: string, otherwise?: boolean): boolean {
    const value = this.has(name) ? this.fields[name] : otherwise;
    if (typeof value !== 'boolean') throw this.error(name, 'true or false');
    return value;
  }

  integer(name: string, otherwise?: number): number {
    const value = this.has(name) ? this.fields[name] : otherwise;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw this.error(name, 'a whole number');
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise?: T): T {
    const value = this.has(name) ? this.fields[name] : otherwise;
    const choice = choices.find((one) => one === value);
    if (choice === undefined) throw this.error(name, `one of ${choices.join(', ')}`);
    return choice;
  }

  part(name: string): Part {
    return Part.read(this.fields[name], `${this.path}.${name}`, this.file);
  }

  parts(name: string): Part[] {
    const value = this.fields[name];
    if (!Array.isArray(value)) throw this.error(name, 'a list');
    return value.map((one: unknown, i) => Part.read(one, `${this.path}.${name}.${i}`, this.file));
  }
}
