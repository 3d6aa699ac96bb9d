/**
 * Finds expressions that JavaScript's engine may take exponential or cubic time for: a match cannot be interrupted, and
 * a tokenizer.json comes from anywhere. They are those with a repetition that can read one text in several ways, and
 * those with two repetitions in a row that can divide one text between them, and something after them that can fail.
 */
import { alternativesOf, type Item, type Sequence } from './expression-tree.ts';

/** A repetition of at least this many counts as one without an end. */
const MANY = 50;

/** Characters of many kinds: two parts of an expression overlap if both match one of them. */
const SAMPLES = [
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
  ...'\t\n\r\u00a0\u2028éßΣǅʰªא中あ한ก٣Ⅷ²€«\u0301\u200d\u017f\u212a😀\u{10ffff}',
];

/** @returns why an expression could take too long; undefined for one that cannot */
export function slowPart(source: string): string | undefined {
  return slowIn(alternativesOf(source));
}

function slowIn(alternatives: readonly Sequence[]): string | undefined {
  for (const sequence of alternatives) {
    const row = slowRow(sequence);
    if (row !== undefined) return row;
    for (const item of sequence) {
      const inside = item.group && slowIn(item.group);
      if (inside !== undefined) return inside;
      if (item.max >= MANY && item.group && !item.looks && isAmbiguous(item.group))
        return `${item.text.slice(0, 40)} can read one text in several ways`;
    }
  }
  return undefined;
}

/** Whether the body of a repetition can read a text in several ways, also over several rounds. */
function isAmbiguous(body: readonly Sequence[]): boolean {
  const firsts = body.map(firstOf);
  if (firsts.some((first, i) => firsts.slice(i + 1).some((other) => overlaps(first, other)))) return true;
  return body.some((sequence) => {
    const read = sequence.filter(({ looks }) => !looks);
    const fixed = read.filter((item) => !isVariable(item));
    // A part of variable length is unambiguous beside one that is always there and that it cannot read itself.
    return read.some((item) => isVariable(item) && !fixed.some((other) => !overlaps(setOf(item), setOf(other))));
  });
}

/** Whether an item reads texts of several lengths. */
function isVariable({ min, max, group, looks }: Item): boolean {
  if (looks) return false;
  if (min !== max) return true;
  if (!group) return false;
  return group.length > 1 || group.some((sequence) => sequence.some(isVariable));
}

/** Repetitions in a row that can read the same characters, and a part after them that can fail. */
function slowRow(sequence: Sequence): string | undefined {
  let row: Item[] = [];
  for (const item of sequence) {
    if (row.length > 1 && (item.min > 0 || item.looks))
      return `${row
        .map(({ text }) => text)
        .join('')
        .slice(0, 40)} can divide one text in several ways`;
    if (item.looks) continue;
    const set = setOf(item);
    const sharing = () => row.filter((before) => overlaps(setOf(before), set));
    if (item.max >= MANY) row = [...sharing(), item];
    else if (item.min > 0) row = sharing();
  }
  return undefined;
}

/** The samples that an item may begin with. */
function firstOf(sequence: Sequence): ReadonlySet<string> {
  const first = new Set<string>();
  for (const item of sequence) {
    if (item.looks) continue;
    const own = item.group ? item.group.map(firstOf) : [setOf(item)];
    for (const set of own) for (const sample of set) first.add(sample);
    if (item.min > 0) break;
  }
  return first;
}

const sets = new WeakMap<Item, ReadonlySet<string>>();

/** The samples that an item may read. */
function setOf(item: Item): ReadonlySet<string> {
  let set = sets.get(item);
  if (!set) {
    set = item.looks
      ? new Set()
      : item.group
        ? new Set(item.group.flatMap((sequence) => sequence.flatMap((inner) => [...setOf(inner)])))
        : new Set(SAMPLES.filter(testOf(item.atom)));
    sets.set(item, set);
  }
  return set;
}

function testOf(atom: string): (sample: string) => boolean {
  // A reference to a group may be any text.
  if (/^\\(?:k<|[1-9])/u.test(atom)) return () => true;
  const expression = new RegExp(`^(?:${atom})$`, 'u');
  return (sample) => expression.test(sample);
}

const overlaps = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...one].some((sample) => other.has(sample));
