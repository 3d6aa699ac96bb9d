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

export class StudioError extends Error {
  override name = 'StudioError';
  /**
   * @param kind decides how the page and the command line present the error (the command line exits with 2 for `input`)
   * @param message what happened, in one line
   * @param advice what to do about it, in one line; empty when the message says it all
   */
  constructor(
    readonly kind: StudioErrorKind,
    message: string,
    readonly advice = '',
  ) {
    super(message);
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
 */
export function inputError(where: string, expected: string): StudioError {
  return new StudioError('input', `${where}: ${expected}`);
}
