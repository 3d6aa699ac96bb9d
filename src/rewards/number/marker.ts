/** The parts of a text that follow a marker such as `####`, `A:`, `answer is` or `\boxed{}`. */
import { boxedContents } from '../boxed.ts';

const BOXED = /^\\boxed(?:\{\}?)?$/;
/** Bold of Markdown, also around a marker; `2**3` is a power. */
const BOLD = /\*\*(?!\d)|(?<!\d)\*\*/g;

/**
 * What follows each occurrence of a marker, up to the next one; for `\boxed{}` the contents of each box.
 *
 * A marker in lower case matches any case, and one with a capital letter only itself. Where it starts or ends with a
 * letter or digit it matches whole words: `A:` is not in `DNA:`.
 */
export function partsAfter(text: string, marker: string): string[] {
  if (BOXED.test(marker.trim())) return boxedContents(text);
  const plain = marker.includes('*') ? text : text.replace(BOLD, '');
  const found = [...plain.matchAll(markerPattern(marker.trim()))];
  return found.map((match, i) => plain.slice(match.index + match[0].length, found[i + 1]?.index));
}

function markerPattern(marker: string): RegExp {
  const words = marker.split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  const before = /^[\p{L}\p{N}]/u.test(marker) ? String.raw`(?<![\p{L}\p{N}])` : '';
  const after = /[\p{L}\p{N}]$/u.test(marker) ? String.raw`(?![\p{L}\p{N}])` : '';
  return new RegExp(before + words.join(String.raw`\s+`) + after, marker === marker.toLowerCase() ? 'giu' : 'gu');
}
