/**
 * SentencePiece's precompiled character map: a double-array trie from character sequences to their replacement, as the
 * Rust libraries `spm_precompiled` and `tokenizers` (normalizers/precompiled.rs) apply it.
 */
import { strictTextOf, utf8 } from './byte-alphabet.ts';
import type { Part } from './part.ts';

/** Bytes of the longest character sequence (grapheme cluster) that is looked up as a whole. */
const LONGEST = 5;

export function precompiledMap(part: Part): (text: string) => string {
  if (!part.has('precompiled_charsmap')) return (text) => text;
  const bytes = base64(part.string('precompiled_charsmap'));
  if (bytes === undefined || bytes.length < 4) throw part.error('precompiled_charsmap', 'a character map in base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0, true);
  if (4 + size > bytes.length) throw part.error('precompiled_charsmap', `a trie of ${size} bytes`);
  const trie = Uint32Array.from({ length: Math.floor(size / 4) }, (_, i) => view.getUint32(4 + 4 * i, true));
  const texts = bytes.subarray(4 + size);
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
  // A character stays itself in most texts.
  const known = new Map<string, string | undefined>();
  const replacement = (chunk: string) => {
    if (!known.has(chunk)) known.set(chunk, lookUp(trie, texts, utf8(chunk)));
    return known.get(chunk);
  };
  return (text) => {
    let out = '';
    for (const { segment } of graphemes.segment(text)) {
      const whole = utf8(segment).length <= LONGEST ? replacement(segment) : undefined;
      if (whole !== undefined) out += whole;
      else for (const character of segment) out += replacement(character) ?? character;
    }
    return out;
  };
}

/** The replacement of the shortest known prefix, as the Rust library takes it; undefined if there is none. */
function lookUp(trie: Uint32Array, texts: Uint8Array, key: Uint8Array): string | undefined {
  let at = offset(trie[0] ?? 0);
  for (const byte of key) {
    if (byte === 0) return undefined;
    at ^= byte;
    const unit = trie[at] ?? 0;
    // The label of an inner unit; a leaf has the highest bit.
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    at ^= offset(unit);
    if ((unit >>> 8) & 1) {
      const start = (trie[at] ?? 0) & 0x7fffffff;
      const end = texts.indexOf(0, start);
      return strictTextOf(texts.subarray(start, end < 0 ? undefined : end));
    }
  }
  return undefined;
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function base64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
