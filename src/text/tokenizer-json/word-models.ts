/** WordPiece and WordLevel, as the Rust library `tokenizers` (models/wordpiece, models/wordlevel) computes them. */
import { inputError } from '../../errors.ts';
import type { Part } from './part.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';
import type { WordModel } from './word-model.ts';

/** The longest token first, from left to right; a word that cannot be covered is one unknown token. */
export function wordPieceModel(part: Part): WordModel {
  const vocabulary = readVocabulary(part);
  const prefix = part.string('continuing_subword_prefix', '##');
  const longest = part.integer('max_input_chars_per_word', 100);
  const unknown = unknownId(part, vocabulary, part.string('unk_token', '[UNK]'));
  return {
    vocabulary,
    encode(word) {
      const characters = Array.from(word);
      if (characters.length > longest) return [unknown(word)];
      const ids: number[] = [];
      for (let start = 0; start < characters.length;) {
        let end = characters.length;
        let id: number | undefined;
        for (; end > start; end--) {
          const text = characters.slice(start, end).join('');
          id = vocabulary.ids.get(start > 0 ? prefix + text : text);
          if (id !== undefined) break;
        }
        if (id === undefined) return [unknown(word)];
        ids.push(id);
        start = end;
      }
      return ids;
    },
  };
}

export function wordLevelModel(part: Part): WordModel {
  const vocabulary = readVocabulary(part);
  const unknown = unknownId(part, vocabulary, part.string('unk_token', '<unk>'));
  return { vocabulary, encode: (word) => [vocabulary.ids.get(word) ?? unknown(word)] };
}

function unknownId({ file }: Part, { ids }: Vocabulary, token: string): (word: string) => number {
  const id = ids.get(token);
  return (word) => {
    if (id !== undefined) return id;
    throw inputError(
      file,
      `the vocabulary cannot encode ${JSON.stringify(word.slice(0, 60))}, and has no unknown token ` +
        `${JSON.stringify(token)} (model.unk_token)`,
    );
  };
}
