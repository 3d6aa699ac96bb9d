/** An error as data, and the answer of a call that may fail: comlink drops the class of an exception. */
import type { StudioErrorKind } from '../errors.ts';

/** comlink drops the class of an exception: errors travel as data. */
export interface ErrorView {
  kind: StudioErrorKind;
  message: string;
  advice: string;
  /** Dotted path of the RunConfig's field to change, if the error concerns one. */
  field?: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: ErrorView };
