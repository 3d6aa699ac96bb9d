/** Text to token ids and back. */
export interface Tokenizer {
  /** Largest id + 1; it may be above the model's vocabulary (token-ids.ts checks the ids of a text). */
  vocabularySize: number;
  /**
   * The token that ends a response in training. @throws StudioError `input` if the tokenizer has none; then `endTokens`
   * is empty
   */
  readonly endToken: number;
  /** All tokens that end a response when a model writes one, `endToken` first. */
  endTokens: readonly number[];
  /** The token that ends a text by the tokenizer's own files (`eos_token`), which may differ from that of a turn. */
  eosToken?: number;
  /** `bos_token` of the tokenizer's own files: what a chat template writes to begin, if any. */
  bosToken?: number;
  /** Tokens before an independent text: a begin-of-text token if the model was trained with one. */
  beginTokens: readonly number[];
  /**
   * Tokens after an independent, complete text, if the model was trained with them (`add_eos_token`). A prompt is read
   * without them, because they would stand between it and the response.
   */
  finalTokens: readonly number[];
  /**
   * Without `beginTokens` and `finalTokens`.
   *
   * @throws StudioError `input` naming characters that this vocabulary lacks
   */
  encode(text: string): number[];
  /** The ids of `text` after `context`: a tokenizer may treat the beginning of a text differently. */
  encodeAfter(context: string, text: string): number[];
  /** Special tokens are omitted; ids outside the vocabulary read as U+FFFD. */
  decode(tokens: readonly number[]): string;
  /**
   * The text that `tokens` add to that of `context`: a character may span several tokens, and a space may belong to the
   * next word.
   */
  decodeAfter(context: readonly number[], tokens: readonly number[]): string;
  /** Display text of one token; special tokens have their own symbols. */
  tokenText(id: number): string;
  /** The files that make up the tokenizer in a checkpoint's folder. */
  files(): { path: string; text: string }[];
  /**
   * Renders a conversation in the prompt format that the model was tuned on; undefined if the checkpoint has no chat
   * template.
   */
  chat?: ChatFormat;
}

/** A message, with all its fields passed to the template: `tool_calls`, `name`, `reasoning_content` and others. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, `tool`, or another role that the template knows. */
  role: string;
  /** Text; for some templates a list of parts, or nothing beside tool calls. */
  content?: unknown;
  /** 0 leaves a turn of the assistant out of the loss, as in OpenAI's fine-tuning format. */
  weight?: unknown;
}

/** Further variables of a template, for example `enable_thinking` or `tools`. */
export type TemplateVariables = Readonly<Record<string, unknown>>;

export interface RenderOptions {
  /**
   * The date that `strftime_now` of a template prints, a Date or text in ISO 8601 (local time); now by default. A run
   * gives its own, so that its prompts stay the same.
   */
  now?: Date | string;
}

export interface ChatFormat {
  /**
   * @param generationPrompt append the tokens that precede the assistant's response
   * @param variables of the template, for example `enable_thinking`
   * @throws StudioError `input` if the template rejects the conversation, with its reason
   */
  render(
    messages: readonly ChatMessage[],
    generationPrompt: boolean,
    variables?: TemplateVariables,
    options?: RenderOptions,
  ): string;
  /**
   * The same, and what the template's `{% generation %}` blocks wrote: start and end of each in the text, in UTF-16
   * units.
   */
  renderMarked(
    messages: readonly ChatMessage[],
    generationPrompt: boolean,
    variables?: TemplateVariables,
    options?: RenderOptions,
  ): { text: string; generated: [number, number][] };
  /** Whether the template has `{% generation %}` blocks. */
  marksResponses: boolean;
}
