/**
 * Errors that users see: each says what happened, where, what was expected, and what to do about it. Whatever can go
 * wrong because of the user's input or the machine is thrown as one of these; any other exception is a defect.
 */

export type StudioErrorKind =
  | 'input' // a file, a config or an argument is wrong
  | 'unsupported' // this browser or adapter cannot do it
  | 'memory' // too little memory, on the host or the adapter
  | 'device-lost'
  | 'numerical' // NaN or infinity: training cannot continue
  | 'cancelled'
  | 'internal';

/** Characters of a message, and of a part of it without spaces; the rest of a longer one is left out. */
const LONGEST = { message: 1200, word: 400 };
/** Control characters but tab and line break, and those that reverse the direction of a text. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;

/** A text that quotes names and values of a file, which may have any characters and any length. */
export function readable(text: string): string {
  const seen = text
    .replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\S+/g, (word) => (word.length > LONGEST.word ? `${word.slice(0, LONGEST.word / 2)}…` : word));
  return seen.length > LONGEST.message ? `${seen.slice(0, LONGEST.message - 250)} … ${seen.slice(-200)}` : seen;
}

export class StudioError extends Error {
  override name = 'StudioError';
  readonly advice: string;
  /**
   * @param kind decides how the page and the command line present the error (the command line exits with 2 for `input`)
   * @param message what happened, in one line
   * @param advice what to do about it, in one line; empty when the message says it all
   * @param field dotted path of the RunConfig's field that is to be changed, for example `rl.minibatches`
   */
  constructor(
    readonly kind: StudioErrorKind,
    message: string,
    advice = '',
    readonly field?: string,
  ) {
    super(readable(message));
    this.advice = readable(advice);
  }

  /** What happened and what to do, as one line. */
  get line(): string {
    return (this.advice ? `${this.message} ${this.advice}` : this.message).replace(/\s*\n\s*/g, ' ');
  }
}

/**
 * A wrong file, config or argument.
 *
 * @param where the file (and the field, if there is one), for example `run.json: rl.minibatches`
 * @param expected what was expected and what was found
 * @param field as of StudioError
 */
export function inputError(where: string, expected: string, field?: string): StudioError {
  return new StudioError('input', `${where}: ${expected}`, '', field);
}

/** Errors that another config would avoid. */
const OF_CONFIGS: ReadonlySet<StudioErrorKind> = new Set(['input', 'unsupported', 'memory']);

/** Does work that one field of the RunConfig decides on: its errors name the field, unless they name another one. */
export async function atField<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StudioError) || error.field !== undefined || !OF_CONFIGS.has(error.kind)) throw error;
    throw new StudioError(error.kind, error.message, error.advice, field);
  }
}
