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
  const { wanted, found } = listsOf(text, answer);
  const flaw = flawIn(text, answer);
  if (flaw === undefined) return { reward: 1, correct: true, rewards: {} };
  const right = wanted.filter((number, i) => found[i] === number).length;
  const places = Math.max(wanted.length, found.length);
  return { reward: partial ? right / places : 0, correct: false, rewards: {}, reason: flaw.reason };
}

/** Texts are compared: they equal each other where the numbers do, however large these are. */
const listsOf = (text: string, answer: string) => ({
  wanted: answer.split(',').map((number) => number.trim()),
  found: text.split(',').map((piece) => NUMBER.exec(piece)?.[1]),
});

/** Why a list is not the sorted one. */
export interface Flaw {
  kind: 'format' | 'numbers' | 'order';
  reason: string;
}

/** @returns undefined for the sorted list */
export function flawIn(text: string, answer: string): Flaw | undefined {
  const { wanted, found } = listsOf(text, answer);
  if (text.trim() === '') return { kind: 'format', reason: 'the answer is empty' };
  const strange = text.split(',').find((_, i) => found[i] === undefined);
  if (strange !== undefined)
    return {
      kind: 'format',
      reason: `expected numbers without signs or leading zeros, with commas between them, found ${shown(strange, 20)}`,
    };
  if (found.length !== wanted.length)
    return { kind: 'numbers', reason: `expected ${counted(wanted.length, 'number')}, found ${found.length}` };
  const left = [...wanted];
  for (const number of found) {
    const at = left.indexOf(number ?? '');
    if (at < 0) {
      const often = wanted.includes(number ?? '');
      return {
        kind: 'numbers',
        reason: `${shown(number ?? '', 20)} ${often ? 'occurs too often' : 'is not one of the numbers'}`,
      };
    }
    left.splice(at, 1);
  }
  const at = found.findIndex((number, i) => number !== wanted[i]);
  return at < 0 ? undefined : { kind: 'order', reason: `the order is incorrect from place ${at + 1}` };
}
