/** Classes of characters as the Rust library `tokenizers` distinguishes them. */
import { LATER_MARKS, LATER_NONSPACING_MARKS, LATER_PUNCTUATION } from './later-characters.ts';

/** White space as Unicode defines it; JavaScript's \s has U+FEFF and lacks U+0085. */
export const SPACE = /\p{White_Space}/gu;
export const NUMERIC = /\p{N}/gu;
/** \w of the Rust library `regex`. */
export const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';

export const PUNCTUATION = withoutLater('\\p{P}!-\\/:-@\\[-`{-~', LATER_PUNCTUATION, '');
export const MARK = withoutLater('\\p{M}', LATER_MARKS, '\\u1cf2\\u1cf3');
export const NONSPACING_MARK = withoutLater('\\p{Mn}', LATER_NONSPACING_MARKS, '\\u1734\\u{1171e}');

function withoutLater(members: string, later: string, others: string): RegExp {
  const excluded = later.replace(/[0-9a-f]+/gu, (code) => `\\u{${code}}`).replaceAll(' ', '');
  return new RegExp(`(?![${excluded}])[${members}${others}]`, 'gu');
}

/** @returns without leading white space, trailing white space, or both */
export function stripped(text: string, left: boolean, right: boolean): string {
  const start = left ? leadingSpace(text) : 0;
  return text.slice(start, right ? Math.max(start, trailingSpace(text)) : undefined);
}

/** Position of the first character that is not white space. */
export function leadingSpace(text: string): number {
  return /^\p{White_Space}*/u.exec(text)?.[0].length ?? 0;
}

/** Position behind the last character that is not white space. */
export function trailingSpace(text: string): number {
  let end = text.length;
  // All white space is one UTF-16 unit long. An expression anchored at the end would take quadratic time.
  while (end > 0 && /\p{White_Space}/u.test(text[end - 1] ?? '')) end -= 1;
  return end;
}
