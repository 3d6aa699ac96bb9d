export interface RetiredWord {
  /** Sees a string with its whitespace collapsed and its ends trimmed. */
  pattern: RegExp;
  /** What to write instead, for the message. */
  use: string;
  /** A string that the pattern matches. */
  example: string;
}

export const RETIRED_WORDS: readonly RetiredWord[];
