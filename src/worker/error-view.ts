/** Errors on their way to the page: as data, because comlink drops their class. */
import { StudioError } from '../errors.ts';
import type { ErrorView, Result } from './protocol.ts';

export function errorView(error: unknown): ErrorView {
  if (error instanceof StudioError) return { kind: error.kind, message: error.message, advice: error.advice };
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'internal',
    message: `Something went wrong that should not: ${message}`,
    advice: 'Please report it with what you did; reloading the page starts afresh.',
  };
}

export async function answer<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: errorView(error) };
  }
}
