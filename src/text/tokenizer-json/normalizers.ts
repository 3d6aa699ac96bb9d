/** Normalizers of tokenizer.json, as the Rust library `tokenizers` (normalizers/) computes them. */
import { byteCharacters } from './byte-alphabet.ts';
import { MARK, NONSPACING_MARK, stripped } from './characters.ts';
import type { Part } from './part.ts';
import { matchesOf, readPattern } from './pattern.ts';
import { mapped, prepended, type Piece } from './piece.ts';
import { precompiledMap } from './precompiled.ts';

export type Normalizer = (piece: Piece) => Piece;

const TYPES = [
  'BertNormalizer',
  'ByteLevel',
  'Lowercase',
  'NFC',
  'NFD',
  'NFKC',
  'NFKD',
  'Nmt',
  'Precompiled',
  'Prepend',
  'Replace',
  'Sequence',
  'Strip',
  'StripAccents',
] as const;

/** @throws StudioError `input` for an unknown type or a wrong field */
export function readNormalizer(part: Part): Normalizer {
  const type = part.choice('type', TYPES);
  switch (type) {
    case 'Sequence': {
      const steps = part.parts('normalizers').map(readNormalizer);
      return (piece) => steps.reduce((one, step) => step(one), piece);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return mapping((text) => text.normalize(type));
    case 'Lowercase':
      return mapping(lowercase);
    case 'StripAccents':
      return mapping((text) => text.replace(MARK, ''));
    case 'Strip': {
      const [left, right] = [part.boolean('strip_left', true), part.boolean('strip_right', true)];
      return mapping((text) => stripped(text, left, right));
    }
    case 'Nmt':
      return mapping(nmt);
    case 'ByteLevel':
      return mapping(byteCharacters);
    case 'Precompiled':
      return mapping(precompiledMap(part));
    case 'Prepend': {
      const prefix = part.string('prepend');
      return (piece) => (piece.text === '' ? piece : prepended(piece, prefix));
    }
    case 'Replace':
      return readReplace(part);
    case 'BertNormalizer':
      return readBert(part);
  }
}

function mapping(change: (text: string) => string): Normalizer {
  return (piece) => mapped(piece, change);
}

/** Character by character: JavaScript's own maps a sigma at the end of a word differently. */
function lowercase(text: string): string {
  return /[\u0130\u03a3]/u.test(text) ? Array.from(text, (one) => one.toLowerCase()).join('') : text.toLowerCase();
}

/** Control characters are removed; others that SentencePiece counts as white space become a space. */
function nmt(text: string): string {
  return text
    .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/gu, '')
    .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/gu, ' ');
}

function readReplace(part: Part): Normalizer {
  const [expression, content] = [readPattern(part), part.string('content')];
  return (piece) => {
    const out: Piece = { text: '', origin: 0 };
    for (const { start, end, found } of matchesOf(expression, piece.text)) {
      const added = found ? content : piece.text.slice(start, end);
      // A replacement counts as coming from the last character that it replaces.
      if (found) out.origin += piece.origin >= end && piece.origin > 0 ? added.length : 0;
      else out.origin += Math.max(0, Math.min(piece.origin, end) - start);
      out.text += added;
    }
    return out;
  };
}

/** Chinese characters as BERT defines them, without U+2B820 to U+2B91F as in the Rust library. */
const CHINESE =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

function readBert(part: Part): Normalizer {
  const clean = part.boolean('clean_text', true);
  const chinese = part.boolean('handle_chinese_chars', true);
  const lower = part.boolean('lowercase', true);
  const accents = part.boolean('strip_accents', lower);
  return mapping((text) => {
    let out = text;
    if (clean)
      out = out.replace(/(?![\t\n\r])[\0\ufffd\p{Cc}\p{Cf}\p{Co}]/gu, '').replace(/[\t\n\r\p{White_Space}]/gu, ' ');
    if (chinese) out = out.replace(CHINESE, ' $& ');
    if (accents) out = out.normalize('NFD').replace(NONSPACING_MARK, '');
    return lower ? lowercase(out) : out;
  });
}
