/**
 * Texts on their way through normalizer and pre-tokenizer, as the Rust library `tokenizers` cuts them
 * (tokenizer/normalizer.rs and tokenizer/pre_tokenizer.rs).
 */

export interface Piece {
  text: string;
  /**
   * Number of leading UTF-16 units that come from the first character of the whole text, or were inserted before it. 0
   * for a piece that begins later: Metaspace with `prepend_scheme: first` distinguishes these.
   */
  origin: number;
  /** Id of the added token that this piece is; it is neither normalized nor divided. */
  id?: number;
}

/** A part of a text: `found` if it matches a pattern. Matches cover a text without gaps. */
export interface Match {
  start: number;
  end: number;
  found: boolean;
}

export const BEHAVIORS = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
/** What becomes of the text that a pattern matches. */
export type Behavior = (typeof BEHAVIORS)[number];

export function slice({ text, origin }: Piece, start: number, end: number): Piece {
  return { text: text.slice(start, end), origin: Math.max(0, Math.min(origin, end) - start) };
}

/** @param change maps the text; it is also applied to the part of it that comes from the first character */
export function mapped(piece: Piece, change: (text: string) => string): Piece {
  const text = change(piece.text);
  return { text, origin: piece.origin === 0 ? 0 : change(piece.text.slice(0, piece.origin)).length };
}

export function prepended({ text, origin }: Piece, prefix: string): Piece {
  return { text: prefix + text, origin: origin === 0 ? 0 : origin + prefix.length };
}

/** Completes matches (in order, not overlapping) to a cover of the text. */
export function cover(length: number, found: Iterable<readonly [start: number, end: number]>): Match[] {
  const matches: Match[] = [];
  let at = 0;
  for (const [start, end] of found) {
    if (at < start) matches.push({ start: at, end: start, found: false });
    matches.push({ start, end, found: true });
    at = end;
  }
  if (at < length) matches.push({ start: at, end: length, found: false });
  return matches;
}

/** Splits a piece at matches; parts without text are left out. */
export function split(piece: Piece, matches: readonly Match[], behavior: Behavior): Piece[] {
  return ranges(matches, behavior).flatMap(({ start, end }) => (start === end ? [] : [slice(piece, start, end)]));
}

function ranges(matches: readonly Match[], behavior: Behavior): readonly { start: number; end: number }[] {
  switch (behavior) {
    case 'Removed':
      return matches.filter(({ found }) => !found);
    case 'Isolated':
      return matches;
    case 'Contiguous':
      return joined(matches, (found, previous) => found === previous);
    case 'MergedWithPrevious':
      return joined(matches, (found, previous) => found && !previous);
    case 'MergedWithNext': {
      const reversed = matches.map(({ start, end, found }) => ({ start: -end, end: -start, found })).reverse();
      return joined(reversed, (found, previous) => found && !previous)
        .map(({ start, end }) => ({ start: -end, end: -start }))
        .reverse();
    }
  }
}

/** Joins a match to the part before it where `joins` says so. */
function joined(matches: readonly Match[], joins: (found: boolean, previous: boolean) => boolean) {
  const parts: { start: number; end: number }[] = [];
  let previous = false;
  for (const { start, end, found } of matches) {
    const last = parts.at(-1);
    if (last && joins(found, previous)) last.end = end;
    else parts.push({ start, end });
    previous = found;
  }
  return parts;
}
