/** Text to token ids and back. */
export interface Tokenizer {
  vocabularySize: number;
  /** Ends a response. */
  endToken: number;
  /** What a text of its own begins with: a begin-of-text token where the model was trained with one. */
  beginTokens: readonly number[];
  /** Without `beginTokens`. @throws StudioError `input` naming what cannot be written in this vocabulary */
  encode(text: string): number[];
  /** The ids of `text` where `context` stands before it: a tokenizer may treat the beginning of a text differently. */
  encodeAfter(context: string, text: string): number[];
  /** Special tokens are left out; ids outside the vocabulary read as U+FFFD. */
  decode(tokens: readonly number[]): string;
  /**
   * What `tokens` add to the text of `context`: a character may lie across several tokens, and a space belong to the
   * word after it.
   */
  decodeAfter(context: readonly number[], tokens: readonly number[]): string;
  /** How to show one token; special ones as a sign of their own. */
  tokenText(id: number): string;
  /** The files that make up the tokenizer in a checkpoint's folder. */
  files(): { path: string; text: string }[];
  /**
   * Renders a conversation as the prompt the model was tuned on; undefined where the checkpoint has no chat template.
   */
  chat?: ChatFormat;
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatFormat {
  /**
   * @param generationPrompt ends with what comes before the assistant's answer
   * @param variables of the template's own, for example `enable_thinking`
   * @throws StudioError `input` when the template refuses the conversation, with its reason
   */
  render(
    messages: readonly ChatMessage[],
    generationPrompt: boolean,
    variables?: Readonly<Record<string, string | number | boolean>>,
  ): string;
}
