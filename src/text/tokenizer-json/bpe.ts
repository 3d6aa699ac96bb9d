/** Byte-pair encoding, as the Rust library `tokenizers` (models/bpe/) computes it. */
import { inputError } from '../../errors.ts';
import { utf8 } from './byte-alphabet.ts';
import { mergedSymbols, Merges } from './merges.ts';
import { shown, type Part } from './part.ts';
import { byteIds, readVocabulary, type Vocabulary } from './vocabulary.ts';
import type { WordModel } from './word-model.ts';

/** Words that are remembered with their ids, and the length up to which they are. */
const REMEMBERED = 20_000;
const REMEMBERED_LENGTH = 256;

export function bpeModel(part: Part): WordModel {
  if (part.has('dropout') && part.fields['dropout'] !== 0)
    throw part.error('dropout', 'null, because encoding must not be random');
  const vocabulary = readVocabulary(part);
  const prefix = part.string('continuing_subword_prefix', '');
  const suffix = part.string('end_of_word_suffix', '');
  const merges = readMerges(part, vocabulary, prefix);
  const symbols = symbolsOf(part, vocabulary, prefix, suffix);
  const ignoreMerges = part.boolean('ignore_merges', false);
  const remembered = new Map<string, number[]>();
  return {
    vocabulary,
    encode(word) {
      const whole = ignoreMerges ? vocabulary.ids.get(word) : undefined;
      if (whole !== undefined) return [whole];
      const known = remembered.get(word);
      if (known) return known;
      const ids = mergedSymbols(symbols(word), merges);
      if (word.length <= REMEMBERED_LENGTH && remembered.size < REMEMBERED) remembered.set(word, ids);
      return ids;
    },
  };
}

function readMerges(part: Part, { ids }: Vocabulary, prefix: string): Merges {
  const list = part.fields['merges'];
  if (!Array.isArray(list)) throw part.error('merges', 'a list');
  const merges = new Merges(list.length);
  const idOf = (token: string, i: number) => {
    const id = ids.get(token);
    if (id !== undefined) return id;
    throw inputError(part.file, `${part.path}.merges.${i}: the vocabulary has no token ${shown(token)}`);
  };
  list.forEach((merge: unknown, i) => {
    // A line of a file merges.txt.
    if (typeof merge === 'string' && merge.startsWith('#version')) return;
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    const [left, right] = Array.isArray(pair) && pair.length === 2 ? (pair as unknown[]) : [];
    if (typeof left !== 'string' || typeof right !== 'string')
      throw inputError(part.file, `${part.path}.merges.${i}: expected two tokens, found ${shown(merge)}`);
    merges.add(idOf(left, i), idOf(right, i), idOf(left + right.slice(prefix.length), i));
  });
  return merges;
}

/** The ids of a word's characters, before merging. */
function symbolsOf(part: Part, vocabulary: Vocabulary, prefix: string, suffix: string): (word: string) => number[] {
  const { ids } = vocabulary;
  const bytes = part.boolean('byte_fallback', false) ? byteIds(vocabulary) : undefined;
  const fuse = part.boolean('fuse_unk', false);
  const unknownToken = part.has('unk_token') ? part.string('unk_token') : undefined;
  const unknown = unknownToken === undefined ? undefined : ids.get(unknownToken);
  return (word) => {
    const symbols: number[] = [];
    // An unknown token that is not written yet, because more unknown characters may join it.
    let pending = false;
    let at = 0;
    for (const character of word) {
      const token = (at === 0 ? character : prefix + character) + (at + character.length === word.length ? suffix : '');
      at += character.length;
      const id = ids.get(token);
      if (id !== undefined) {
        if (pending) symbols.push(unknown ?? 0);
        pending = false;
        symbols.push(id);
        continue;
      }
      const fallback = bytes && Array.from(utf8(token), (byte) => bytes[byte]);
      if (fallback?.every((byte) => byte !== undefined)) {
        // The Rust library writes a pending unknown token after these bytes, not before them.
        symbols.push(...fallback);
        continue;
      }
      // Without an unknown token the character is omitted, as by the Rust library.
      if (unknownToken === undefined) continue;
      if (unknown === undefined)
        throw inputError(part.file, `${part.path}.unk_token: the vocabulary has no token ${shown(unknownToken)}`);
      if (pending && !fuse) symbols.push(unknown);
      pending = true;
    }
    if (pending) symbols.push(unknown ?? 0);
    return symbols;
  };
}
