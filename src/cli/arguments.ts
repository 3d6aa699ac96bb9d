/** Parses and checks command-line arguments. */
import { parseArgs } from 'node:util';
import { inputError } from '../errors.ts';

export interface Arguments {
  positionals: string[];
  values: Record<string, string | boolean | undefined>;
}

/**
 * @param strings options that take a value
 * @param flags options that do not
 * @throws StudioError `input` for unknown options and missing values
 */
export function readArguments(command: string, args: string[], strings: string[], flags: string[] = []): Arguments {
  const options = Object.fromEntries([
    ...strings.map((name) => [name, { type: 'string' as const }]),
    ...flags.map((name) => [name, { type: 'boolean' as const }]),
  ]);
  try {
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true, strict: true });
    return { positionals, values: values as Arguments['values'] };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw inputError(command, message.replace(/\s+/g, ' '));
  }
}

export function required({ values }: Arguments, command: string, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw inputError(command, `expected --${name} with a value`);
  return value;
}

export function optionalNumber(
  { values }: Arguments,
  command: string,
  name: string,
  fallback: number,
  check: { integer?: boolean; min: number; max?: number },
): number {
  const text = values[name];
  if (text === undefined) return fallback;
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : NaN;
  const right =
    Number.isFinite(value) &&
    value >= check.min &&
    value <= (check.max ?? Infinity) &&
    (!check.integer || Number.isInteger(value));
  if (!right)
    throw inputError(
      command,
      `--${name}: expected ${check.integer ? 'a whole number' : 'a number'} of at least ` +
        `${check.min}${check.max === undefined ? '' : ` and at most ${check.max}`}, found ${String(text)}`,
    );
  return value;
}

/** @throws StudioError `input` when there are more positionals than `most` */
export function checkPositionals({ positionals }: Arguments, command: string, most: number): void {
  const extra = positionals[most];
  if (extra !== undefined) throw inputError(command, `unexpected argument ${extra}`);
}
