/** What a model of tokenizer.json is: it turns one word of the pre-tokenizer into ids. */
import type { Vocabulary } from './vocabulary.ts';

export interface WordModel {
  vocabulary: Vocabulary;
  /** @throws StudioError `input` if the vocabulary cannot encode the word, and has no unknown token */
  encode(word: string): number[];
}
