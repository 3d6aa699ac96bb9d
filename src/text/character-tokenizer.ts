/**
 * One token per character: `<pad>` is 0, `<end>` is 1, the characters follow.
 *
 * Saved as a tokenizer.json of Hugging Face's tokenizers library: a WordLevel model behind a pre-tokenizer that
 * isolates every character, so that transformers loads the checkpoint with the same ids.
 */
import { inputError } from '../errors.ts';
import type { Tokenizer } from './tokenizer.ts';

export const PAD = '<pad>';
export const END = '<end>';

/** @param characters single characters, each once */
export function characterTokenizer(characters: readonly string[]): Tokenizer {
  return vocabularyTokenizer([PAD, END, ...characters], 'text');
}

/**
 * @param tokens by id; `<pad>` and `<end>` among them, all others single characters
 * @param where the text's name, for messages
 */
export function vocabularyTokenizer(tokens: readonly string[], where: string): Tokenizer {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special = new Set([PAD, END]);
  const endToken = ids.get(END) ?? 0;
  const encode = (text: string) =>
    Array.from(text, (character) => {
      const id = ids.get(character);
      if (id === undefined)
        throw inputError(
          where,
          `the character ${JSON.stringify(character)} is not in the vocabulary ` +
            `(${tokens.filter((token) => !special.has(token)).join(' ')})`,
        );
      return id;
    });
  const decode = (list: readonly number[]) =>
    list
      .map((id) => tokens[id] ?? '\ufffd')
      .filter((token) => !special.has(token))
      .join('');
  return {
    vocabularySize: tokens.length,
    endToken,
    endTokens: [endToken],
    beginTokens: [],
    finalTokens: [],
    encode,
    // A character is the same token in every context.
    encodeAfter: (_context, text) => encode(text),
    decode,
    decodeAfter: (_context, list) => decode(list),
    tokenText: (id) => (id === endToken ? '\u00b6' : id === ids.get(PAD) ? '\u25a1' : (tokens[id] ?? '\ufffd')),
    files: () => tokenizerFiles(tokens, ids),
  };
}

function tokenizerFiles(tokens: readonly string[], ids: ReadonlyMap<string, number>): { path: string; text: string }[] {
  const added = [PAD, END].map((content) => ({
    id: ids.get(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'WordLevel', vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), unk_token: PAD },
  };
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    eos_token: END,
    pad_token: PAD,
    unk_token: PAD,
    clean_up_tokenization_spaces: false,
  };
  const special = { eos_token: END, pad_token: PAD, unk_token: PAD };
  return Object.entries({
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': config,
    'special_tokens_map.json': special,
  }).map(([path, value]) => ({ path, text: `${JSON.stringify(value, null, 1)}\n` }));
}
