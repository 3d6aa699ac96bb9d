/**
 * Addition, answered directly: `12+34=` is followed by `46`.
 *
 * Summands are padded with leading zeros to a fixed width, the sum is not. The vocabulary with pad and end has 14
 * symbols.
 */
import { stream, type Random } from '../random.ts';
import type { TaskConfig } from '../run/config.ts';
import { drawHeldOut, drawProblem, verdict, type Problem, type Task } from './task.ts';

export function addition(config: Extract<TaskConfig, { name: 'addition' }>): Task {
  const { digits } = config;
  const limit = 10 ** digits;
  const draw = (random: Random): Problem => {
    const [a, b] = [random.integer(limit), random.integer(limit)];
    const written = [a, b].map((summand) => String(summand).padStart(digits, '0'));
    const [prompt, answer] = [`${written.join('+')}=`, String(a + b)];
    return { prompt, answer, key: [...written].sort().join('+'), row: { prompt, answer } };
  };
  const nines = '9'.repeat(digits);
  return {
    config,
    problems: {
      kind: 'generated',
      draw: (random) => drawProblem(() => draw(random), false),
      heldOut: (count, seed) => {
        const random = stream(seed, 'held-out addition', digits);
        return drawHeldOut(() => draw(random), count);
      },
      longest: [{ prompt: `${nines}+${nines}=`, solution: String(2 * Number(nines)) }],
    },
    characters: [...'0123456789+='],
    solution: ({ answer }) => answer,
    wrongSolution: ({ prompt, answer }) => withoutCarries(prompt) ?? String(Number(answer) + 1),
    verify: ({ answer, response, finished }) => verdict(finished && response === answer),
  };
}

/** The sum with all carries dropped; undefined if it has no carries. */
function withoutCarries(prompt: string): string | undefined {
  const [a = '', b = ''] = prompt.slice(0, -1).split('+');
  const columns = [...a].map((digit, i) => Number(digit) + Number(b[i]));
  if (columns.every((sum) => sum < 10)) return undefined;
  return String(Number(columns.map((sum) => sum % 10).join('')));
}
