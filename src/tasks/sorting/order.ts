/** Grades a list of numbers against the sorted one, with the reason where it is incorrect. */
import type { Grade } from '../../rewards/grader.ts';
import { shown } from '../../rewards/verdict.ts';
import { counted } from '../fields.ts';

/** Decimal digits of ASCII without a leading zero, with spaces around. */
const NUMBER = /^ *(0|[1-9][0-9]*) *$/;

/**
 * @param text the numbers of the response, with commas between them
 * @param answer the sorted numbers, with commas between them
 * @param partial whether the reward is the share of places with the correct number
 */
export function gradeOrder(text: string, answer: string, partial: boolean): Grade {
  const wanted = answer.split(',').map((number) => number.trim());
  // Texts are compared: they equal each other where the numbers do, however large these are.
  const found = text.split(',').map((piece) => NUMBER.exec(piece)?.[1]);
  const reason = reasonOf(text, found, wanted);
  if (reason === undefined) return { reward: 1, correct: true, rewards: {} };
  const right = wanted.filter((number, i) => found[i] === number).length;
  const places = Math.max(wanted.length, found.length);
  return { reward: partial ? right / places : 0, correct: false, rewards: {}, reason };
}

/** Why the numbers found are not those wanted; undefined if they are. */
function reasonOf(text: string, found: readonly (string | undefined)[], wanted: readonly string[]): string | undefined {
  if (text.trim() === '') return 'the answer is empty';
  const strange = text.split(',').find((_, i) => found[i] === undefined);
  if (strange !== undefined)
    return `expected numbers without signs or leading zeros, with commas between them, found ${shown(strange, 20)}`;
  if (found.length !== wanted.length) return `expected ${counted(wanted.length, 'number')}, found ${found.length}`;
  const left = [...wanted];
  for (const number of found) {
    const at = left.indexOf(number ?? '');
    if (at < 0)
      return wanted.includes(number ?? '')
        ? `${shown(number ?? '', 20)} occurs too often`
        : `${shown(number ?? '', 20)} is not one of the numbers`;
    left.splice(at, 1);
  }
  const at = found.findIndex((number, i) => number !== wanted[i]);
  return at < 0 ? undefined : `the order is incorrect from place ${at + 1}`;
}
