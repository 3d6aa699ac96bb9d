/**
 * Addition, answered directly: `12+34=` is followed by `46`.
 *
 * Summands are padded with leading zeros to a fixed width, the sum is not. The vocabulary with pad and end has 14
 * symbols. Bands: the number of carries.
 */
import { stream, type Random } from '../../random.ts';
import { generatedProblem, generatedProblems, type GeneratedProblem } from '../generated-problems.ts';
import { verdict, type Task } from '../task.ts';
import { ADDITION, carriesBand, type AdditionConfig } from './config.ts';
import { ADDITION_MISTAKES } from './mistakes.ts';

export function addition(config: AdditionConfig): Task {
  const { digits } = config;
  const limit = 10 ** digits;
  const draw = (random: Random): GeneratedProblem => {
    const [a, b] = [random.integer(limit), random.integer(limit)];
    const written = [a, b].map((summand) => String(summand).padStart(digits, '0'));
    const [prompt, answer] = [`${written.join('+')}=`, String(a + b)];
    const difficulty = carriesBand(carries(a, b, digits));
    return generatedProblem({ prompt, answer, key: [...written].sort().join('+'), difficulty });
  };
  const nines = '9'.repeat(digits);
  return {
    config,
    problems: generatedProblems({
      bands: ADDITION.bands(config),
      shares: config.bands,
      draw,
      heldOutStream: (seed) => stream(seed, 'held-out addition', digits),
      longest: [{ prompt: `${nines}+${nines}=`, solution: String(2 * Number(nines)) }],
    }),
    characters: [...'0123456789+='],
    solution: ({ answer }) => answer,
    wrongSolution: ({ prompt, answer }) => withoutCarries(prompt) ?? String(Number(answer) + 1),
    verify: ({ answer, response, finished }) => verdict(finished && response === answer),
    mistakes: ADDITION_MISTAKES,
  };
}

/** The sum with all carries dropped; undefined if it has no carries. */
function withoutCarries(prompt: string): string | undefined {
  const [a = '', b = ''] = prompt.slice(0, -1).split('+');
  const columns = [...a].map((digit, i) => Number(digit) + Number(b[i]));
  if (columns.every((sum) => sum < 10)) return undefined;
  return String(Number(columns.map((sum) => sum % 10).join('')));
}

/** Columns whose digits, with the carry from the right, sum to 10 or more. */
function carries(a: number, b: number, digits: number): number {
  let [carry, count] = [0, 0];
  for (let column = 0; column < digits; column++) {
    const unit = 10 ** column;
    const sum = (Math.floor(a / unit) % 10) + (Math.floor(b / unit) % 10) + carry;
    carry = sum >= 10 ? 1 : 0;
    count += carry;
  }
  return count;
}
