/** Converts errors for the page to data, because comlink drops their class. */
import { StudioError } from '../errors.ts';
import type { ErrorView, Result } from '../views/result.ts';

export function errorView(error: unknown): ErrorView {
  if (error instanceof StudioError) {
    const { kind, message, advice, field } = error;
    return { kind, message, advice, ...(field !== undefined && { field }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    kind: 'internal',
    message: `Internal error: ${message}`,
    advice: 'Reload the page. If it happens again, please report it with the steps that lead to it.',
  };
}

export async function answer<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: errorView(error) };
  }
}
