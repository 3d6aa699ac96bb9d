/** Pre-tokenizers of tokenizer.json, as the Rust library `tokenizers` (pre_tokenizers/) divides a text into words. */
import { byteCharacters } from './byte-alphabet.ts';
import { NUMERIC, PUNCTUATION, SPACE, WORD } from './characters.ts';
import type { Part } from './part.ts';
import { matchesOf, readPattern } from './pattern.ts';
import { BEHAVIORS, mapped, prepended, slice, split, type Behavior, type Match, type Piece } from './piece.ts';
import { splitAtScripts } from './unicode-scripts.ts';

/** Divides one piece; a piece that is an added token is never given to it. */
export type PreTokenizer = (piece: Piece) => Piece[];

const TYPES = [
  'BertPreTokenizer',
  'ByteLevel',
  'CharDelimiterSplit',
  'Digits',
  'FixedLength',
  'Metaspace',
  'Punctuation',
  'Sequence',
  'Split',
  'UnicodeScripts',
  'Whitespace',
  'WhitespaceSplit',
] as const;

/** GPT-2's words. */
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const WORDS = new RegExp(`${WORD}+|(?:(?!${WORD})\\P{White_Space})+`, 'gu');

/** @throws StudioError `input` for an unknown type or a wrong field */
export function readPreTokenizer(part: Part): PreTokenizer {
  switch (part.choice('type', TYPES)) {
    case 'Sequence': {
      const steps = part.parts('pretokenizers').map(readPreTokenizer);
      return (piece) => steps.reduce((pieces, step) => pieces.flatMap(step), [piece]);
    }
    case 'Split':
      return splitting(readPattern(part), part.choice('behavior', BEHAVIORS), part.boolean('invert', false));
    case 'Punctuation':
      return splitting(PUNCTUATION, part.choice('behavior', BEHAVIORS, 'Isolated'));
    case 'Digits':
      return splitting(NUMERIC, part.boolean('individual_digits', false) ? 'Isolated' : 'Contiguous');
    case 'Whitespace':
      return splitting(WORDS, 'Removed', true);
    case 'WhitespaceSplit':
      return splitting(SPACE, 'Removed');
    case 'BertPreTokenizer': {
      const [words, punctuation] = [splitting(SPACE, 'Removed'), splitting(PUNCTUATION, 'Isolated')];
      return (piece) => words(piece).flatMap(punctuation);
    }
    case 'CharDelimiterSplit':
      return splittingAt(part.character('delimiter'), 'Removed');
    case 'FixedLength':
      return readFixedLength(part);
    case 'UnicodeScripts':
      return splitAtScripts;
    case 'Metaspace':
      return readMetaspace(part);
    case 'ByteLevel':
      return readByteLevel(part);
  }
}

function splitting(expression: RegExp, behavior: Behavior, invert = false): PreTokenizer {
  return (piece) => {
    const matches = matchesOf(expression, piece.text);
    return split(piece, invert ? matches.map((match) => ({ ...match, found: !match.found })) : matches, behavior);
  };
}

function splittingAt(character: string, behavior: Behavior): PreTokenizer {
  return (piece) => {
    const matches: Match[] = [];
    for (let at = 0; at < piece.text.length;) {
      const next = piece.text.indexOf(character, at);
      const end = next < 0 ? piece.text.length : next;
      if (at < end) matches.push({ start: at, end, found: false });
      if (next >= 0) matches.push({ start: next, end: next + character.length, found: true });
      at = next < 0 ? end : next + character.length;
    }
    return split(piece, matches, behavior);
  };
}

function readFixedLength(part: Part): PreTokenizer {
  const length = part.integer('length', 5);
  if (length === 0) throw part.error('length', 'a number above 0');
  return (piece) => {
    const pieces: Piece[] = [];
    let [start, end, characters] = [0, 0, 0];
    for (const character of piece.text) {
      end += character.length;
      characters += 1;
      if (characters % length === 0 || end === piece.text.length) {
        pieces.push(slice(piece, start, end));
        start = end;
      }
    }
    return pieces;
  };
}

export const PREPEND_SCHEMES = ['always', 'first', 'never'] as const;

/** Where Metaspace writes its replacement before a text that does not begin with it. */
export function prependScheme(part: Part): (typeof PREPEND_SCHEMES)[number] {
  // Files of versions before 0.14 have `add_prefix_space` alone.
  const scheme = part.choice(
    'prepend_scheme',
    PREPEND_SCHEMES,
    part.boolean('add_prefix_space', true) ? 'always' : 'never',
  );
  if (part.fields['add_prefix_space'] === false && scheme !== 'never')
    throw part.error('prepend_scheme', 'never, because add_prefix_space is false');
  return scheme;
}

function readMetaspace(part: Part): PreTokenizer {
  const replacement = part.character('replacement', '\u2581');
  const scheme = prependScheme(part);
  const words = part.boolean('split', true) ? splittingAt(replacement, 'MergedWithNext') : undefined;
  return (piece) => {
    const written = mapped(piece, (text) => text.replaceAll(' ', () => replacement));
    const prepends = scheme === 'always' || (scheme === 'first' && piece.origin > 0);
    const whole = prepends && !written.text.startsWith(replacement) ? prepended(written, replacement) : written;
    return words ? words(whole) : [whole];
  };
}

function readByteLevel(part: Part): PreTokenizer {
  const prefix = part.boolean('add_prefix_space', true);
  const words = part.boolean('use_regex', true) ? splitting(GPT2, 'Isolated') : undefined;
  return (piece) => {
    const whole = prefix && !piece.text.startsWith(' ') ? prepended(piece, ' ') : piece;
    return (words ? words(whole) : [whole]).map((word) => mapped(word, byteCharacters));
  };
}
