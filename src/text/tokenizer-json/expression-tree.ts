/** A JavaScript regular expression (flag `u`) as a tree, as far as backtracking.ts looks at it. */

/** An atom or a group with its quantifier. */
export interface Item {
  /** As written, with the quantifier. */
  text: string;
  /** Without the quantifier. */
  atom: string;
  min: number;
  max: number;
  /** The alternatives of a group. */
  group?: Sequence[];
  /** It reads nothing: a lookaround, an anchor or a boundary. */
  looks: boolean;
}

export type Sequence = Item[];

/** @param source of an expression that JavaScript has compiled */
export function alternativesOf(source: string): Sequence[] {
  return new Reader(source).alternatives();
}

class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  /** Up to a closing parenthesis or the end. */
  alternatives(): Sequence[] {
    const all: Sequence[] = [[]];
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.take(/\|/y)) all.push([]);
      else all.at(-1)?.push(this.item());
    }
    return all;
  }

  private item(): Item {
    const start = this.at;
    const head = this.source[this.at];
    let looks = false;
    let group: Sequence[] | undefined;
    if (head === '(') {
      const opening = this.take(/\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/y);
      looks = /^\(\?<?[=!]$/.test(opening);
      group = this.alternatives();
      this.take(/\)/y);
    } else if (head === '[') this.take(/\[(?:\\.|[^\]\\])*\]/suy);
    else if (
      !this.take(
        /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|k<[^>]*>|x[\da-fA-F]{2}|u[\da-fA-F]{4}(?:\\u[\da-fA-F]{4})?|c.|[1-9]\d*|.)/suy,
      )
    )
      this.take(/./suy);
    const atom = this.source.slice(start, this.at);
    looks ||= /^(?:\^|\$|\\b|\\B)$/.test(atom);
    const [min, max] = this.quantifier();
    return { text: this.source.slice(start, this.at), atom, min, max, looks, ...(group && { group }) };
  }

  private quantifier(): [number, number] {
    const written = this.take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y).replace(/(.)\?$/, '$1');
    if (written === '') return [1, 1];
    if (written === '*') return [0, Infinity];
    if (written === '+') return [1, Infinity];
    if (written === '?') return [0, 1];
    const [least = '0', most] = written.slice(1, -1).split(',');
    return [Number(least), most === undefined ? Number(least) : most === '' ? Infinity : Number(most)];
  }

  /** Reads what a sticky expression matches here. */
  private take(expression: RegExp): string {
    expression.lastIndex = this.at;
    const found = expression.exec(this.source)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}
