/** Added tokens: texts that are one token wherever they occur (Rust library `tokenizers`, added_vocabulary.rs). */
import { inputError } from '../../errors.ts';
import { leadingSpace, trailingSpace, WORD } from './characters.ts';
import type { Normalizer } from './normalizers.ts';
import { Part } from './part.ts';
import { slice, type Piece } from './piece.ts';
import { checkedId, type Vocabulary } from './vocabulary.ts';

export interface AddedToken {
  content: string;
  /** Undefined for one that takes the next free id. */
  id?: number;
  singleWord: boolean;
  /** White space before and after the token belongs to it. */
  lstrip: boolean;
  rstrip: boolean;
  /** Sought in the normalized text. */
  normalized: boolean;
  special: boolean;
}

/** @param special whether a token is special if its entry does not say so */
export function readAddedToken(value: unknown, path: string, file: string, special = false): AddedToken {
  if (typeof value !== 'object' || value === null || typeof (value as { content?: unknown }).content !== 'string')
    throw inputError(file, `${path}: expected an object with content and id`);
  const part = Part.read(value, path, file);
  const isSpecial = part.boolean('special', special);
  return {
    content: part.string('content'),
    singleWord: part.boolean('single_word', false),
    lstrip: part.boolean('lstrip', false),
    rstrip: part.boolean('rstrip', false),
    normalized: part.boolean('normalized', !isSpecial),
    special: isSpecial,
  };
}

/** The list `added_tokens` of tokenizer.json. */
export function readAddedTokens(list: unknown, file: string): AddedToken[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw inputError(file, 'added_tokens: expected a list');
  return list.map((value: unknown, i) => {
    const token = readAddedToken(value, `added_tokens: entry ${i}`, file);
    const id = (value as { id?: unknown }).id;
    return { ...token, id: checkedId(id, () => `added_tokens: ${JSON.stringify(token.content.slice(0, 40))}`, file) };
  });
}

const STARTS_WITH_WORD = new RegExp(`^${WORD}`, 'u');
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, 'u');

export class AddedVocabulary {
  readonly tokens = new Map<number, AddedToken>();
  readonly ids = new Map<string, number>();
  /** Texts of all special tokens. */
  readonly specialTexts = new Set<string>();
  private readonly normalizedTexts = new Map<number, string>();
  private plain = new Finder([]);
  private normalized = new Finder([]);

  constructor(
    private readonly model: Vocabulary,
    private readonly normalizer: Normalizer | undefined,
    private readonly file: string,
  ) {}

  /** Adds tokens in order; a token that is known takes the new options. */
  add(tokens: readonly AddedToken[]): void {
    for (const token of tokens) {
      if (token.content === '') continue;
      const id = this.ids.get(token.content) ?? this.model.ids.get(token.content) ?? this.newId(token);
      this.normalizedTexts.delete(id);
      if (token.normalized && this.normalizer) {
        const { text } = this.normalizer({ text: token.content, origin: 0 });
        // The Rust library would find it between any two bytes of a text, and fails inside of a character.
        if (text === '')
          throw inputError(
            this.file,
            `added_tokens: ${JSON.stringify(token.content)}: nothing is left of it after the normalizer, so that it ` +
              'cannot be found in a text; expected "normalized": false',
          );
        this.normalizedTexts.set(id, text);
      }
      this.ids.set(token.content, id);
      this.tokens.set(id, token);
      if (token.special) this.specialTexts.add(token.content);
    }
    const all = [...this.tokens];
    this.plain = new Finder(all.flatMap(([id, token]) => (token.normalized ? [] : [[token.content, id]])));
    this.normalized = new Finder(
      all.flatMap(([id, token]) => (token.normalized ? [[this.text(id) ?? token.content, id]] : [])),
    );
  }

  /** The file's id; without one, the next free id. */
  private newId({ content, id }: AddedToken): number {
    if (id === undefined) return Math.max(this.model.size, ...[...this.tokens.keys()].map((known) => known + 1));
    const other = this.tokens.get(id)?.content ?? this.model.token(id);
    if (other === undefined) return id;
    throw inputError(
      this.file,
      `added_tokens: ${JSON.stringify(content)} and ${JSON.stringify(other)} have the same id ${id}`,
    );
  }

  /** A token's text for the decoder: if it was sought in the normalized text, the normalized one. */
  text(id: number): string | undefined {
    return this.normalizedTexts.get(id) ?? this.tokens.get(id)?.content;
  }

  /** Divides a text at added tokens, and normalizes the rest. */
  pieces(text: string): Piece[] {
    const first = text.codePointAt(0) ?? 0;
    return this.extracted({ text, origin: first > 0xffff ? 2 : 1 }, this.plain).flatMap((piece) =>
      piece.id === undefined
        ? this.extracted(this.normalizer ? this.normalizer(piece) : piece, this.normalized)
        : [piece],
    );
  }

  private extracted(piece: Piece, finder: Finder): Piece[] {
    const { text } = piece;
    const pieces: Piece[] = [];
    let done = 0;
    for (const { id, other, start, end } of finder.find(text)) {
      if (other !== undefined)
        // The Rust library takes one of them by chance.
        throw inputError(
          this.file,
          `added_tokens: ${JSON.stringify(this.tokens.get(other)?.content)} and ` +
            `${JSON.stringify(this.tokens.get(id)?.content)} are the same normalized text; ` +
            `${JSON.stringify(text.slice(start, end))} could be either`,
        );
      const token = this.tokens.get(id);
      if (
        token?.singleWord &&
        (ENDS_WITH_WORD.test(text.slice(Math.max(0, start - 2), start)) || STARTS_WITH_WORD.test(text.slice(end)))
      )
        continue;
      const from = token?.lstrip ? Math.max(trailingSpace(text.slice(0, start)), done) : start;
      const to = token?.rstrip ? end + leadingSpace(text.slice(end)) : end;
      if (done < from) pieces.push(slice(piece, done, from));
      pieces.push({ ...slice(piece, from, to), id });
      done = to;
    }
    if (done < text.length) pieces.push(slice(piece, done, text.length));
    return pieces;
  }
}

interface Entry {
  text: string;
  id: number;
  /** Another token with the same text. */
  other?: number;
}

/** Finds texts of a set: the leftmost first, of these the longest. */
class Finder {
  private readonly entries = new Map<string, Entry>();
  /** Lengths of the texts that begin with a UTF-16 unit, the longest first. */
  private readonly lengths = new Map<number, number[]>();

  constructor(texts: readonly (readonly [text: string, id: number])[]) {
    for (const [text, id] of texts) {
      if (text === '') continue;
      const same = this.entries.get(text);
      if (same) same.other = id;
      else this.entries.set(text, { text, id });
      const lengths = this.lengths.get(text.charCodeAt(0)) ?? [];
      if (!lengths.includes(text.length)) lengths.push(text.length);
      this.lengths.set(text.charCodeAt(0), lengths);
    }
    for (const lengths of this.lengths.values()) lengths.sort((a, b) => b - a);
  }

  *find(text: string): Generator<Entry & { start: number; end: number }> {
    if (this.entries.size === 0) return;
    for (let at = 0; at < text.length;) {
      const entry = this.longest(text, at);
      if (entry) yield { ...entry, start: at, end: at + entry.text.length };
      at += entry ? entry.text.length : 1;
    }
  }

  private longest(text: string, at: number): Entry | undefined {
    for (const length of this.lengths.get(text.charCodeAt(at)) ?? []) {
      const entry = this.entries.get(text.slice(at, at + length));
      if (entry) return entry;
    }
    return undefined;
  }
}
