/** Unigram model: the segmentation of highest score, as the Rust library `tokenizers` (models/unigram/) computes it. */
import { inputError } from '../../errors.ts';
import { utf8 } from './byte-alphabet.ts';
import { shown, type Part } from './part.ts';
import { byteIds, Vocabulary } from './vocabulary.ts';
import type { WordModel } from './word-model.ts';

/** An unknown character's score is that of the worst token less this. */
const UNKNOWN_PENALTY = 10;

export function unigramModel(part: Part): WordModel {
  const list = part.fields['vocab'];
  if (!Array.isArray(list)) throw part.error('vocab', 'a list of [token, score]');
  const vocabulary = new Vocabulary();
  const scores: number[] = [];
  let longest = 0;
  list.forEach((entry: unknown, id) => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || typeof entry[1] !== 'number')
      throw inputError(part.file, `${part.path}.vocab.${id}: expected [token, score], found ${shown(entry)}`);
    vocabulary.add(entry[0], id);
    scores.push(entry[1]);
    longest = Math.max(longest, entry[0].length);
  });
  const unknown = part.has('unk_id') ? part.integer('unk_id') : undefined;
  if (unknown !== undefined && unknown >= scores.length)
    throw part.error('unk_id', `an id below ${scores.length}, the number of tokens`);
  const bytes = part.boolean('byte_fallback', false) ? byteIds(vocabulary) : undefined;
  const unknownScore = scores.reduce((low, score) => Math.min(low, score), Infinity) - UNKNOWN_PENALTY;

  const unknownId = (word: string) => {
    if (unknown !== undefined) return unknown;
    throw inputError(
      part.file,
      `the vocabulary cannot encode ${JSON.stringify(word.slice(0, 60))}, and has no unknown token ` +
        `(${part.path}.unk_id)`,
    );
  };
  /** For each position: the best score up to there, and the last token (its start and id) of the segmentation. */
  const bestPath = (word: string) => {
    const score = new Float64Array(word.length + 1);
    const start = new Int32Array(word.length + 1).fill(-1);
    const ids = new Int32Array(word.length + 1);
    const offer = (from: number, to: number, gain: number, id: () => number) => {
      const candidate = gain + (score[from] ?? 0);
      if ((start[to] ?? -1) >= 0 && candidate <= (score[to] ?? 0)) return;
      score[to] = candidate;
      start[to] = from;
      ids[to] = id();
    };
    for (let from = 0; from < word.length;) {
      const width = (word.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
      let single = false;
      for (let to = from + 1; to <= Math.min(word.length, from + longest); to++) {
        const id = vocabulary.ids.get(word.slice(from, to));
        if (id === undefined) continue;
        offer(from, to, scores[id] ?? 0, () => id);
        single ||= to - from === width;
      }
      if (!single) offer(from, from + width, unknownScore, () => unknownId(word));
      from += width;
    }
    return { start, ids };
  };
  return {
    vocabulary,
    encode(word) {
      const { start, ids } = bestPath(word);
      // Adjacent unknown characters are one piece.
      const pieces: { text: string; unknown: boolean }[] = [];
      for (let end = word.length; end > 0;) {
        const from = start[end] ?? 0;
        const piece = { text: word.slice(from, end), unknown: unknown !== undefined && ids[end] === unknown };
        const last = pieces.at(-1);
        if (piece.unknown && last?.unknown) last.text = piece.text + last.text;
        else pieces.push(piece);
        end = from;
      }
      return pieces.reverse().flatMap(({ text }) => {
        const id = vocabulary.ids.get(text);
        if (id !== undefined) return [id];
        const fallback = bytes && Array.from(utf8(text), (byte) => bytes[byte]);
        return fallback?.every((byte) => byte !== undefined) ? fallback : [unknownId(text)];
      });
    },
  };
}
