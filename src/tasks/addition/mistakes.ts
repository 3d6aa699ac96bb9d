/** Kinds of mistakes in sums that are answered at once. */
import { differsByCarries } from '../carries.ts';
import type { MistakeKinds } from '../task.ts';

export const ADDITION_MISTAKES: MistakeKinds = {
  kinds: {
    carry: 'the sum differs by carries that were forgotten or added',
    digit: 'one digit of the sum is another one',
    format: 'not a number, or one with leading zeros',
    other: 'several digits are wrong, or their number',
  },
  classify: ({ prompt, answer }, response) => {
    if (!/^(0|[1-9][0-9]*)$/.test(response)) return { kind: 'format' };
    const [a = '0', b = '0'] = prompt.slice(0, -1).split('+');
    if (differsByCarries(BigInt(a), '+', BigInt(b), BigInt(response))) return { kind: 'carry' };
    const wrong = [...answer].flatMap((digit, i) => (digit === response[i] ? [] : [i]));
    const [at = 0] = wrong;
    return response.length === answer.length && wrong.length === 1
      ? { kind: 'digit', at: [at, at + 1] }
      : { kind: 'other' };
  },
};
