/** Finds what RE2 leaves out of regular expressions, because it cannot be matched in linear time. */

const GROUPS: readonly [string, string][] = [
  ['(?<=', 'lookbehind'],
  ['(?<!', 'lookbehind'],
  ['(?=', 'lookahead'],
  ['(?!', 'lookahead'],
  ['(?>', 'an atomic group'],
  ['(?(', 'a conditional group'],
  ['(?R', 'recursion'],
  ['(?&', 'recursion'],
];

/** @returns what the pattern uses, as a message; undefined if nothing is missing */
export function missingInRe2(pattern: string): string | undefined {
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const rest = pattern.slice(i, i + 4);
    if (pattern[i] === '\\') {
      const next = pattern[i + 1] ?? '';
      if (!inClass && /[1-9]/.test(next)) return refusal('a backreference', `\\${next}`, i);
      if (!inClass && next === 'k') return refusal('a backreference', '\\k', i);
      if (next === 'Q') {
        // Up to \E, everything is literal.
        const end = pattern.indexOf('\\E', i);
        if (end < 0) return undefined;
        i = end;
      }
      i++;
    } else if (inClass) inClass = pattern[i] !== ']';
    else if (pattern[i] === '[') {
      inClass = true;
      // A bracket at the start of a class, or after its ^, is a member of it.
      if (pattern[i + 1] === '^') i++;
      if (pattern[i + 1] === ']') i++;
    } else {
      const group = GROUPS.find(([start]) => rest.startsWith(start));
      if (group) return refusal(group[1], group[0], i);
    }
  }
  return undefined;
}

const refusal = (what: string, text: string, at: number): string =>
  `expected a pattern of RE2, found ${what}, ${text} at character ${at + 1}; RE2 has none, so that matching takes ` +
  'linear time';
