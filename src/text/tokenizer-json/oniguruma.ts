/**
 * Rewrites what the translation of Oniguruma's expressions to JavaScript's (pattern.ts) would change silently:
 *
 * - atomic groups `(?>x)` and possessive quantifiers `x++` become `(?=(?<name>x+))\\k<name>`, because a lookahead does
 *   not backtrack either;
 * - in a case-insensitive group, s and k also match the long s (U+017F) and the Kelvin sign (U+212A).
 */

/** ASCII letters that Unicode folds to, and the character outside ASCII. */
const FOLDED = [
  ['s', '\u017f'],
  ['k', '\u212a'],
] as const;

/**
 * @param source a regular expression in Oniguruma's syntax
 * @param compiled the translation, which folds ASCII letters only
 * @throws SyntaxError if it cannot be rewritten
 */
export function rewritten(source: string, compiled: (source: string) => RegExp): string {
  const atomic = /\(\?>|[*+?]\+/u.test(source);
  if (!atomic && !source.includes('(?i:')) return source;
  if (atomic && /\\[1-9]/u.test(source)) throw new SyntaxError('a numbered backreference beside an atomic group');
  const reader = new Rewriter(source, compiled);
  const result = reader.alternatives(false);
  if (reader.at < source.length) throw new SyntaxError('Unmatched )');
  return result;
}

class Rewriter {
  at = 0;
  private groups = 0;

  constructor(
    private readonly source: string,
    private readonly compiled: (source: string) => RegExp,
  ) {}

  /** Up to a closing parenthesis or the end. */
  alternatives(folds: boolean): string {
    let out = '';
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        out += '|';
        this.at += 1;
        continue;
      }
      const atom = this.atom(folds);
      const quantifier = this.take(/[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\}/uy);
      const lazy = quantifier === '' ? '' : this.take(/\?/uy);
      // After an interval, Oniguruma reads `+` as another quantifier.
      const possessive = quantifier.length === 1 && lazy === '' && this.take(/\+/uy) !== '';
      out += possessive ? this.atomic(`${atom}${quantifier}`) : `${atom}${quantifier}${lazy}`;
    }
    return out;
  }

  private atomic(content: string): string {
    const name = `atomic${(this.groups += 1)}`;
    return `(?:(?=(?<${name}>${content}))\\k<${name}>)`;
  }

  private atom(folds: boolean): string {
    const head = this.source[this.at];
    if (head === '(') return this.group(folds);
    if (head === '[') return folds ? this.folded(this.characterClass()) : this.characterClass();
    const escape = this.take(/\\(?:[pPxu]\{[^}]*\}|k<[^>]*>|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|c.|.)/suy);
    if (escape !== '') return escape;
    const character = this.take(/./suy);
    return folds ? this.folded(character) : character;
  }

  /** A character or class of a case-insensitive group. */
  private folded(atom: string): string {
    const expression = new RegExp(`^(?:${this.compiled(`(?i:${atom})`).source})$`, 'u');
    return FOLDED.reduce((out, [letter, other]) => {
      const [has, hasOther] = [expression.test(letter), expression.test(other)];
      return has === hasOther ? out : has ? `(?:${out}|${other})` : `(?:(?!${other})${out})`;
    }, atom);
  }

  private group(folds: boolean): string {
    if (this.take(/\(\?#[^)]*\)/uy) !== '') return '';
    const opening = this.take(/\((?:\?(?:<[=!]|<\w+>|[a-z-]*:|[=!>~]))?/uy);
    const content = this.alternatives(folds || opening === '(?i:');
    if (this.take(/\)/uy) === '') throw new SyntaxError('Unterminated group');
    return opening === '(?>' ? this.atomic(content) : `${opening}${content})`;
  }

  private characterClass(): string {
    let out = this.take(/\[\^?\]?/uy);
    while (this.at < this.source.length) {
      if (this.source[this.at] === '[') {
        out += this.take(/\[:\^?\w+:\]/uy) || this.characterClass();
        continue;
      }
      const part = this.take(/\\./suy) || this.take(/./suy);
      out += part;
      if (part === ']') return out;
    }
    throw new SyntaxError('Unterminated character class');
  }

  /** Reads what a sticky expression matches here. */
  private take(expression: RegExp): string {
    expression.lastIndex = this.at;
    const found = expression.exec(this.source)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}
