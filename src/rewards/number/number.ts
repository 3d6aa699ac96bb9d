/** Reward `number`: the number in the response has the value of the number in the reference answer. */
import Fraction from 'fraction.js';
import type { Reward } from '../grader.ts';
import { answerOf, failed, shown, verdict } from '../verdict.ts';
import type { NumberReward } from './config.ts';
import { partsAfter } from './marker.ts';
import { firstNumber, lastNumber, onlyNumber, type FoundNumber } from './numbers.ts';

export function number(config: NumberReward): Reward {
  const { answer_marker, require_finished } = config;
  const tolerance = new Fraction(config.tolerance);
  return {
    score(responses) {
      // The responses of a group share their answer.
      const references = new Map<string, FoundNumber | undefined>();
      return responses.map((one) => {
        const answer = answerOf(one, 'number');
        if (!references.has(answer)) references.set(answer, referenceNumber(answer, answer_marker));
        const reference = references.get(answer);
        if (!reference) {
          const where = answer_marker === undefined ? '' : ` after ${JSON.stringify(answer_marker)}`;
          return failed(`expected a number${where} in the reference answer, found ${shown(answer)}`);
        }
        if (require_finished && !one.finished) return verdict(false);
        const found = responseNumber(one.response, config);
        return verdict(found !== undefined && isEqual(found, reference, tolerance));
      });
    },
  };
}

/** The number of a reference answer. Without its marker, an answer that is one number and nothing else counts. */
export function referenceNumber(answer: string, marker: string | undefined): FoundNumber | undefined {
  if (marker === undefined) return lastNumber(answer);
  const parts = partsAfter(answer, marker);
  const found = parts.map(firstNumber).filter((one) => one !== undefined);
  return found.at(-1) ?? (parts.length === 0 ? onlyNumber(answer) : undefined);
}

/** The number that a response gives as its answer. */
export function responseNumber(
  response: string,
  { response_marker, occurrence }: Pick<NumberReward, 'response_marker' | 'occurrence'>,
): FoundNumber | undefined {
  if (response_marker === undefined) return lastNumber(response);
  const parts = partsAfter(response, response_marker);
  // From the end that counts, up to the first part with a number: a response may be cut off after a marker.
  for (const part of occurrence === 'last' ? parts.reverse() : parts) {
    const found = firstNumber(part);
    if (found) return found;
  }
  return undefined;
}

/**
 * Whether two numbers have the same value. A percent sign, or a word such as million, that only one of the two has may
 * be a unit: 50% equals 50 and 1/2, and 2 million equals 2 and 2,000,000; but 50% does not equal 1/2%.
 */
export function isEqual(a: FoundNumber, b: FoundNumber, tolerance: Fraction): boolean {
  const near = (x: Fraction, y: Fraction) => x.sub(y).abs().compare(tolerance) <= 0;
  const scaled = ({ value, factor }: FoundNumber) => (factor ? value.mul(factor) : value);
  if (near(scaled(a), scaled(b))) return true;
  return (a.factor === undefined) !== (b.factor === undefined) && near(a.value, b.value);
}
