/** Text to token ids and back. */
export interface Tokenizer {
  vocabularySize: number;
  /** Ends a response. */
  endToken: number;
  /** @throws StudioError `input` naming what cannot be written in this vocabulary */
  encode(text: string): number[];
  /** Special tokens are left out; ids outside the vocabulary read as U+FFFD. */
  decode(tokens: readonly number[]): string;
  /** How to show one token; special ones as a sign of their own. */
  tokenText(id: number): string;
  /** The files that make up the tokenizer in a checkpoint's folder. */
  files(): { path: string; text: string }[];
}
