/** Tokens and their ids. */
import { inputError } from '../../errors.ts';
import type { Part } from './part.ts';

/** Largest id; the largest vocabularies have about 260,000 entries. */
export const LARGEST_ID = 10_000_000;

/** An id from a file. @throws StudioError `input` if it is not an id of a sensible size */
export function checkedId(id: unknown, name: () => string, file: string): number {
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > LARGEST_ID)
    throw inputError(file, `${name()}: expected an id from 0 to ${LARGEST_ID}`);
  return id;
}

export class Vocabulary {
  readonly ids = new Map<string, number>();
  private readonly texts: (string | undefined)[] = [];
  /** Largest id + 1. */
  size = 0;

  add(token: string, id: number): void {
    this.ids.set(token, id);
    this.texts[id] = token;
    this.size = Math.max(this.size, id + 1);
  }

  token(id: number): string | undefined {
    return this.texts[id];
  }
}

/** Reads `vocab`, an object of ids by token. */
export function readVocabulary(part: Part): Vocabulary {
  const vocab = part.fields['vocab'];
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab))
    throw part.error('vocab', 'an object of ids by token');
  const vocabulary = new Vocabulary();
  for (const [token, id] of Object.entries(vocab))
    vocabulary.add(
      token,
      checkedId(id, () => `${part.path}.vocab: ${JSON.stringify(token.slice(0, 40))}`, part.file),
    );
  return vocabulary;
}

/** Ids of the tokens `<0x00>` to `<0xFF>`. */
export function byteIds(vocabulary: Vocabulary): (number | undefined)[] {
  return Array.from({ length: 256 }, (_, byte) =>
    vocabulary.ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  );
}
