/** The models of tokenizer.json by their type. */
import { inputError } from '../../errors.ts';
import { bpeModel } from './bpe.ts';
import { shown, type Part } from './part.ts';
import { unigramModel } from './unigram.ts';
import type { WordModel } from './word-model.ts';
import { wordLevelModel, wordPieceModel } from './word-models.ts';

const TYPES = ['BPE', 'Unigram', 'WordPiece', 'WordLevel'] as const;
export type ModelType = (typeof TYPES)[number];

/** @throws StudioError `input` naming the field that is wrong */
export function readModel(part: Part): WordModel {
  switch (modelType(part)) {
    case 'BPE':
      return bpeModel(part);
    case 'Unigram':
      return unigramModel(part);
    case 'WordPiece':
      return wordPieceModel(part);
    case 'WordLevel':
      return wordLevelModel(part);
  }
}

/** Files of older versions of the library have no type; then the fields decide, in the order of the Rust library. */
export function modelType(part: Part): ModelType {
  const { fields, file } = part;
  if (fields['type'] !== undefined) return part.choice('type', TYPES);
  if ('vocab' in fields && 'merges' in fields) return 'BPE';
  const has = (...names: string[]) => names.every((name) => name in fields);
  if (has('vocab', 'unk_token', 'continuing_subword_prefix', 'max_input_chars_per_word')) return 'WordPiece';
  if (has('vocab', 'unk_token')) return 'WordLevel';
  if (Array.isArray(fields['vocab'])) return 'Unigram';
  throw inputError(file, `model.type: expected BPE, Unigram, WordPiece or WordLevel, found ${shown(fields['type'])}`);
}
