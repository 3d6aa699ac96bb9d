/**
 * Tokenizers of published models: tokenizer.json, read by @huggingface/tokenizers. This file adds what a policy needs:
 * the token that ends a turn, and the encoding of text that continues other text.
 */
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { inputError, StudioError } from '../errors.ts';
import { parseChatTemplate } from './chat-template.ts';
import { isFields, parseFields, readTokenizerConfig, type TextFile, type TokenizerConfig } from './tokenizer-config.ts';
import type { ChatFormat, Tokenizer } from './tokenizer.ts';

/** Largest id; the largest vocabularies have about 260,000 entries. */
const LARGEST_ID = 10_000_000;

/**
 * @param files of the checkpoint's folder; tokenizer.json among them
 * @param endTokens ids that end a text by generation_config.json or config.json
 * @param where the folder, for messages
 * @throws StudioError `input` if a file cannot be read, or requires a feature that the library lacks
 */
export function huggingFaceTokenizer(
  files: readonly TextFile[],
  endTokens: readonly number[],
  where: string,
): Tokenizer {
  const place = `${where}/tokenizer.json`;
  const json = parseFields(files.find(({ path }) => path === 'tokenizer.json')?.text ?? '', place);
  const { specialIds, size } = checkIds(json, place);
  const config = readTokenizerConfig(files, where);
  const library = build(json, config.fields, place);
  const special = new Set(specialIds);
  const known = (id: number) => library.id_to_token(id) !== undefined;

  const encode = (text: string): number[] => {
    if (text === '') return [];
    const { ids } = guarded(
      () => library.encode(text, { add_special_tokens: false }),
      `${place}: cannot encode this text`,
    );
    if (ids.some((id) => typeof id !== 'number'))
      throw inputError(
        place,
        `the vocabulary cannot encode ${JSON.stringify(text.slice(0, 60))}, and has no unknown token`,
      );
    return ids;
  };
  const decodeKnown = (ids: readonly number[]) => {
    const list = ids.filter((id) => !special.has(id));
    return list.length === 0
      ? ''
      : guarded(
          () => library.decode([...list], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
          `${place}: cannot decode these tokens`,
        );
  };
  const decode = (ids: readonly number[]): string => {
    if (ids.every(known)) return decodeKnown(ids);
    const runs: string[] = [];
    const run: number[] = [];
    for (const id of ids) {
      if (known(id)) run.push(id);
      else runs.push(decodeKnown(run.splice(0)), '\ufffd');
    }
    return [...runs, decodeKnown(run)].join('');
  };
  const chat =
    config.template &&
    parseChatTemplate(config.template.source, config.specialTokens, `${where}/${config.template.path}`);
  const end = endToken({ library, chat, config, endTokens, special, encode });
  return {
    vocabularySize: size,
    endToken: end,
    endTokens: [...new Set([end, ...endTokens.filter(known)])],
    beginTokens: beginTokens(library, special),
    encode,
    encodeAfter: (context, text) => encodeAfter(encode, context, text),
    decode,
    decodeAfter: (context, tokens) => {
      const before = decode(context);
      const whole = decode([...context, ...tokens]);
      // A character that is incomplete in the context reads as U+FFFD there, and is complete here.
      const common = commonLength(before, whole);
      return whole.slice(common);
    },
    tokenText: (id) => (special.has(id) ? (library.id_to_token(id) ?? '\ufffd') : decode([id])),
    files: () => files.map(({ path, text }) => ({ path, text })),
    ...(chat && { chat }),
  };
}

/** Checks that ids are numbers of a sensible size before they size an array. */
function checkIds(json: Record<string, unknown>, where: string): { specialIds: number[]; size: number } {
  const { model, added_tokens: added = [] } = json;
  if (!isFields(model)) throw inputError(where, 'model: expected an object');
  const { vocab, type } = model;
  if (type !== 'BPE' && type !== 'Unigram' && type !== 'WordPiece')
    throw new StudioError(
      'input',
      `${where}: model.type: expected BPE, Unigram, WordPiece or WordLevel, found ${String(type).slice(0, 40)}.`,
    );
  if (!isFields(vocab) && !Array.isArray(vocab)) throw inputError(where, 'model.vocab: expected an object or a list');
  if (!Array.isArray(added)) throw inputError(where, 'added_tokens: expected a list');
  let largest = Array.isArray(vocab) ? vocab.length - 1 : -1;
  const take = (id: unknown, name: string) => {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > LARGEST_ID)
      throw inputError(where, `${name}: expected an id from 0 to ${LARGEST_ID}`);
    largest = Math.max(largest, id);
    return id;
  };
  if (isFields(vocab))
    for (const [token, id] of Object.entries(vocab)) take(id, `model.vocab: ${JSON.stringify(token.slice(0, 40))}`);
  const specialIds = added.flatMap((token: unknown, i) => {
    if (!isFields(token) || typeof token['content'] !== 'string')
      throw inputError(where, `added_tokens: entry ${i}: expected an object with content and id`);
    const id = take(token['id'], `added_tokens: ${JSON.stringify(token['content'].slice(0, 40))}`);
    return token['special'] === true ? [id] : [];
  });
  if (largest < 0) throw inputError(where, 'model.vocab is empty');
  return { specialIds, size: largest + 1 };
}

function build(json: Record<string, unknown>, fields: Record<string, unknown>, where: string): Library {
  return guarded(() => new Library({ added_tokens: [], ...json }, fields), `${where}: the tokenizer is not valid`);
}

/** The library's errors are about its internals: name the file. */
function guarded<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (error) {
    throw new StudioError(
      'input',
      `${what}: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}`,
    );
  }
}

/** The special tokens of an empty text. */
function beginTokens(library: Library, special: ReadonlySet<number>): number[] {
  const marked = guarded(
    () => library.encode('a', { add_special_tokens: true }).ids,
    'tokenizer.json: its post-processor cannot be run',
  );
  const first = marked.findIndex((id) => !special.has(id));
  return first > 0 ? marked.slice(0, first) : [];
}

interface EndParts {
  library: Library;
  chat: ChatFormat | undefined;
  config: TokenizerConfig;
  endTokens: readonly number[];
  special: ReadonlySet<number>;
  encode: (text: string) => number[];
}

/**
 * A chat model ends its turn with the token that its template puts after a response (`<|eot_id|>`, `<|im_end|>`), which
 * may differ from the tokenizer's end-of-text token.
 */
function endToken({ library, chat, config, endTokens, special, encode }: EndParts): number {
  const turn = chat && turnEnd(chat, special, encode);
  if (turn !== undefined) return turn;
  const eos = config.specialTokens['eos_token'];
  const id = endTokens[0] ?? (eos === undefined ? undefined : library.token_to_id(eos));
  if (id !== undefined && library.id_to_token(id) !== undefined) return id;
  // Without an end token no response would end by itself; such files pad with the last special token.
  return [...special].at(-1) ?? 0;
}

function turnEnd(
  chat: ChatFormat,
  special: ReadonlySet<number>,
  encode: (text: string) => number[],
): number | undefined {
  const answer = 'ANSWER';
  try {
    const text = chat.render(
      [
        { role: 'user', content: 'QUESTION' },
        { role: 'assistant', content: answer },
      ],
      false,
    );
    const rest = text.slice(text.lastIndexOf(answer) + answer.length).trimStart();
    const first = encode(rest)[0];
    return first !== undefined && special.has(first) ? first : undefined;
  } catch (error) {
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

function encodeAfter(encode: (text: string) => number[], context: string, text: string): number[] {
  if (context === '') return encode(text);
  const before = encode(context);
  const whole = encode(context + text);
  if (before.every((id, i) => id === whole[i])) return whole.slice(before.length);
  // The boundary is inside a token of the joined text, and the prompt's tokens must not change. A line break never
  // merges with a word, so text after a line break is encoded as it is in the middle of a text.
  const line = encode('\n');
  const broken = encode(`\n${text}`);
  return line.every((id, i) => id === broken[i]) ? broken.slice(line.length) : encode(text);
}

function commonLength(before: string, whole: string): number {
  let length = 0;
  while (length < before.length && before[length] === whole[length]) length += 1;
  return length;
}
