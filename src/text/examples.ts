/**
 * Training examples and prompts, token by token, as TRL 1.13 (SFTTrainer and GRPOTrainer) and transformers 5.18
 * (apply_chat_template) make them.
 */
import { StudioError } from '../errors.ts';
import { tokenStarts } from './token-offsets.ts';
import type { ChatFormat, ChatMessage, RenderOptions, TemplateVariables, Tokenizer } from './tokenizer.ts';

export interface EncodedText {
  /** As the model reads them, begin tokens included. */
  tokens: number[];
  /** How many leading tokens are begin tokens; a chat template writes its own. */
  begin: number;
  /** What the chat template made. */
  rendered?: string;
}

export interface EncodedExample extends EncodedText {
  /** 1 for each token that the loss counts. */
  lossMask: (0 | 1)[];
}

export interface EncodedCompletion extends EncodedExample {
  /** Tokens of the prompt; the loss counts those after it. */
  promptLength: number;
  /**
   * Whether the prompt alone has the tokens that the example begins with. If not, a token at the boundary belongs to
   * both, and TRL, which warns of it, still masks as many tokens as the prompt alone has.
   */
  promptKept: boolean;
}

export interface ChatOptions extends RenderOptions {
  /** Further variables of the template. */
  variables?: TemplateVariables;
}

/** A complete text, as `score` reads it. */
export function encodeText(tokenizer: Tokenizer, text: string): EncodedText {
  const { tokens, begin } = encodeBeginning(tokenizer, text);
  return { tokens: [...tokens, ...tokenizer.finalTokens], begin };
}

/** A text that a response continues. */
function encodeBeginning({ beginTokens, encode }: Tokenizer, text: string): EncodedText {
  return { tokens: [...beginTokens, ...encode(text)], begin: beginTokens.length };
}

/**
 * A prompt to respond to: a text, or a conversation through the chat template.
 *
 * @throws StudioError `input` if the tokenizer has no chat template, or it rejects the conversation
 */
export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: { text: string } | { messages: readonly ChatMessage[]; addGenerationPrompt?: boolean },
  options: ChatOptions = {},
): EncodedText {
  if ('text' in prompt) return encodeBeginning(tokenizer, prompt.text);
  const { messages, addGenerationPrompt = true } = prompt;
  return encodeRendered(tokenizer, chatOf(tokenizer).render(messages, addGenerationPrompt, options.variables, options));
}

/**
 * A prompt and its completion, joined as they are: a space between them belongs to one of them. A text completion is
 * given the tokenizer's end token unless it ends with it, and the whole the tokens that end a text, as by TRL; messages
 * have what the chat template writes. A turn of the assistant whose `weight` is 0 is not counted.
 *
 * Where the tokenizer ends texts with a token, TRL also encodes the prompt alone with it, and so masks one token of the
 * completion too many; here the loss counts the whole completion.
 *
 * @throws StudioError `input` as encodePrompt, and if the tokenizer has no end token
 */
export function encodePromptCompletion(
  tokenizer: Tokenizer,
  example:
    { prompt: string; completion: string } | { prompt: readonly ChatMessage[]; completion: readonly ChatMessage[] },
  options: ChatOptions = {},
): EncodedCompletion {
  let prompt: EncodedText;
  let whole: EncodedText;
  if (typeof example.prompt === 'string' && typeof example.completion === 'string') {
    prompt = encodeBeginning(tokenizer, example.prompt);
    whole = encodeWithEnd(tokenizer, example.prompt, example.completion);
  } else if (typeof example.prompt !== 'string' && typeof example.completion !== 'string') {
    const { prompt: before, completion } = example;
    prompt = encodePrompt(tokenizer, { messages: before }, options);
    whole = encodePrompt(tokenizer, { messages: [...before, ...completion], addGenerationPrompt: false }, options);
  } else throw new StudioError('input', 'prompt and completion: expected two texts or two lists of messages');
  const promptLength = Math.min(prompt.tokens.length, whole.tokens.length);
  const lossMask = whole.tokens.map((_, i): 0 | 1 => (i < promptLength ? 0 : 1));
  if (typeof example.prompt !== 'string' && typeof example.completion !== 'string') {
    const { prompt: before, completion } = example;
    // A single turn is all that follows the prompt, also where a template does not tell turns apart.
    if (completion.length === 1 && completion.some(isUncounted)) lossMask.fill(0);
    else if (completion.some(isUncounted)) {
      const { spans } = markedTurns(tokenizer, [...before, ...completion], { ...options, addGenerationPrompt: false });
      for (const { first, last, counted } of spans) if (!counted) lossMask.fill(0, first, last + 1);
    }
  }
  return { ...whole, promptLength, promptKept: prompt.tokens.every((id, i) => id === whole.tokens[i]), lossMask };
}

export interface ConversationOptions extends ChatOptions {
  /** The loss counts the assistant's turns with their end tokens; otherwise every token. */
  assistantOnly: boolean;
  addGenerationPrompt?: boolean;
}

/**
 * A conversation through the chat template.
 *
 * The assistant's turns are what the template's `{% generation %}` blocks wrote. Without such blocks a turn is what it
 * adds to the conversation before it, rendered with the generation prompt: also the line break behind its end token, as
 * in the templates that TRL trains with. A turn whose `weight` is 0 is not counted.
 *
 * @throws StudioError `input` as encodePrompt, and if the turns cannot be told from the rendered text
 */
export function encodeConversation(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  { assistantOnly, ...options }: ConversationOptions,
): EncodedExample {
  if (!assistantOnly) {
    const { addGenerationPrompt = false } = options;
    const encoded = encodePrompt(tokenizer, { messages, addGenerationPrompt }, options);
    return { ...encoded, lossMask: encoded.tokens.map(() => 1) };
  }
  const { encoded, spans } = markedTurns(tokenizer, messages, options);
  const lossMask = encoded.tokens.map((): 0 | 1 => 0);
  for (const { first, last, counted } of spans) if (counted) lossMask.fill(1, first, last + 1);
  // A token that two turns share belongs to the loss only if both do.
  for (const { first, last, counted } of spans) if (!counted) lossMask.fill(0, first, last + 1);
  return { ...encoded, lossMask };
}

/** First and last token of a turn of the assistant, and whether the loss counts it. */
interface Span {
  first: number;
  last: number;
  counted: boolean;
}

/** The conversation's tokens, and which of them are the assistant's turns. */
function markedTurns(
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = false, variables, ...options }: Omit<ConversationOptions, 'assistantOnly'>,
): { encoded: EncodedText; spans: Span[] } {
  const chat = chatOf(tokenizer);
  const { text, generated } = chat.renderMarked(messages, addGenerationPrompt, variables, options);
  const encoded = encodeRendered(tokenizer, text);
  if (!chat.marksResponses && !messages.some(isAssistant)) return { encoded, spans: [] };
  const starts = tokenStarts(tokenizer, encoded.tokens, text);
  if (!starts)
    throw new StudioError(
      'input',
      'The tokens of this conversation do not decode to what the chat template wrote, so that the assistant’s turns ' +
        'cannot be found in them.',
    );
  const turns: Turn[] = chat.marksResponses
    ? generated.filter(([start, end]) => end > start).map(([start, end]) => ({ start, end }))
    : turnsOf(chat, messages, text, { variables, options });
  const answers = messages.filter(isAssistant);
  if (answers.some(isUncounted) && answers.length !== turns.length)
    throw new StudioError(
      'input',
      `messages: expected the chat template to write ${answers.length} turns of the assistant, of which some have ` +
        `weight 0, found ${turns.length}`,
    );
  const spans = turns.map((turn, i): Span => {
    const [first, last] = tokensOf(turn, starts, encoded, tokenizer);
    const answer = answers[i];
    return { first, last, counted: !(answer && isUncounted(answer)) };
  });
  return { encoded, spans };
}

/** An assistant's turn in the rendered text, in UTF-16 units. */
interface Turn {
  start: number;
  /** Undefined if the turn ends at its end token. */
  end: number | undefined;
}

function isAssistant({ role }: ChatMessage): boolean {
  return role === 'assistant';
}

function isUncounted({ role, weight }: ChatMessage): boolean {
  return role === 'assistant' && weight === 0;
}

function turnsOf(
  chat: ChatFormat,
  messages: readonly ChatMessage[],
  text: string,
  { variables, options }: { variables: TemplateVariables | undefined; options: RenderOptions },
): Turn[] {
  const turns: Turn[] = [];
  for (const [i, message] of messages.entries()) {
    if (!isAssistant(message)) continue;
    const before = i === 0 ? '' : chat.render(messages.slice(0, i), true, variables, options);
    const after = chat.render(messages.slice(0, i + 1), false, variables, options);
    if (!text.startsWith(before) || before.length < (turns.at(-1)?.start ?? 0))
      throw new StudioError(
        'input',
        `messages.${i}: the chat template writes what is before this turn differently when the turn follows, so that ` +
          'the loss mask of the assistant’s turns is unknown.',
        'Use a template with {% generation %} blocks, or give the turn as completion of its prompt.',
      );
    const isPrefix = text.startsWith(after) && after.length > before.length;
    turns.push({ start: before.length, end: isPrefix ? after.length : undefined });
  }
  return turns;
}

/** First and last token of a turn. */
function tokensOf(
  { start, end }: Turn,
  starts: readonly number[],
  { tokens, rendered = '' }: EncodedText,
  { endTokens }: Tokenizer,
): [number, number] {
  const first = tokenAt(starts, start);
  if (end !== undefined) return [first, tokenAt(starts, end - 1)];
  const last = tokens.findIndex((id, i) => i >= first && endTokens.includes(id));
  if (last < 0)
    throw new StudioError(
      'input',
      'The chat template writes an earlier turn of the assistant differently when others follow, and without an end ' +
        'token, so that the loss mask of the assistant’s turns is unknown.',
      'Use a template with {% generation %} blocks.',
    );
  // The line break behind it is part of the turn, as where the turn's end is known.
  const behind = starts[last + 1] ?? rendered.length;
  const space = /^\s*/u.exec(rendered.slice(behind))?.[0].length ?? 0;
  return [first, space === 0 ? last : tokenAt(starts, behind + space - 1)];
}

/** The token that holds a character: of several, the first. */
function tokenAt(starts: readonly number[], position: number): number {
  let at = 0;
  for (const [i, start] of starts.entries()) if (start <= position && start > (starts[at] ?? -1)) at = i;
  return at;
}

function chatOf({ chat }: Tokenizer): ChatFormat {
  if (chat) return chat;
  throw new StudioError(
    'input',
    'messages: the tokenizer has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json).',
  );
}

/** What a template wrote: it writes begin tokens itself, if any. */
function encodeRendered(tokenizer: Tokenizer, rendered: string): EncodedText {
  const tokens = tokenizer.encode(rendered);
  const { beginTokens, bosToken } = tokenizer;
  const begins = beginTokens.length > 0 && beginTokens.every((id, i) => id === tokens[i]);
  const begin = begins ? beginTokens.length : bosToken !== undefined && tokens[0] === bosToken ? 1 : 0;
  return { tokens, begin, rendered };
}

function encodeWithEnd(tokenizer: Tokenizer, prompt: string, completion: string): EncodedText {
  const end = tokenizer.eosToken ?? tokenizer.endToken;
  const text = tokenizer.tokenText(end);
  if (completion.endsWith(text)) return encodeText(tokenizer, prompt + completion);
  const isText = isEncodedAs(tokenizer, text, end);
  if (isText) return encodeText(tokenizer, prompt + completion + text);
  // A tokenizer without a text for its end token, such as that of single characters.
  const { tokens, begin } = encodeBeginning(tokenizer, prompt + completion);
  return { tokens: [...tokens, end, ...tokenizer.finalTokens], begin };
}

function isEncodedAs(tokenizer: Tokenizer, text: string, token: number): boolean {
  try {
    const ids = tokenizer.encode(text);
    return ids.length === 1 && ids[0] === token;
  } catch (error) {
    if (error instanceof StudioError) return false;
    throw error;
  }
}
