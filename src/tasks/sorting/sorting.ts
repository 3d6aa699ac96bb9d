/**
 * Sorting, solved by insertion: `52,7,31=` is followed by `52=7,52=7,31,52`.
 *
 * A solution inserts the numbers in their order into a sorted list, which it writes after each. The answer is the text
 * after the last `=` (the whole response if it has none). Only the answer is graded. Bands: how many numbers.
 */
import { stream, type Random } from '../../random.ts';
import { generatedProblem, generatedProblems, type GeneratedProblem } from '../generated-problems.ts';
import { verdict, type Task } from '../task.ts';
import { lengthBand, SORTING, type SortingConfig } from './config.ts';
import { flawIn, gradeOrder } from './order.ts';

export function sorting(config: SortingConfig): Task {
  const { length, max_number: most, partial_credit: partial } = config;
  const draw = (random: Random): GeneratedProblem => {
    const numbers = Array.from({ length: 2 + random.integer(length - 1) }, () => random.integer(most + 1));
    const sorted = insertions(numbers).at(-1) ?? [];
    return generatedProblem({
      prompt: `${numbers.join(',')}=`,
      answer: sorted.join(','),
      // The same numbers in another order have the same answer.
      key: sorted.join(','),
      difficulty: lengthBand(numbers.length),
    });
  };
  const longest = Array.from({ length }, () => most);
  return {
    config,
    problems: generatedProblems({
      bands: SORTING.bands(config),
      shares: config.bands,
      draw,
      heldOutStream: (seed) => stream(seed, 'held-out sorting', length, most),
      longest: [{ prompt: `${longest.join(',')}=`, solution: written(insertions(longest)) }],
    }),
    characters: [...'0123456789,='],
    solution: ({ prompt }) => written(insertions(read(prompt))),
    wrongSolution: ({ prompt }, random) => {
      const steps = insertions(read(prompt));
      return written([...steps.slice(0, -1), mistaken(steps.at(-1) ?? [], random)]);
    },
    verify: ({ answer = '', response, finished }) => {
      if (!finished) return { ...verdict(false), reason: 'the response was cut off before its end token' };
      return gradeOrder(answerIn(response), answer, partial);
    },
    mistakes: {
      kinds: {
        order: 'the numbers of the problem in another order',
        numbers: 'numbers are missing, added or changed',
        format: 'not a list of numbers with commas between them',
      },
      classify: ({ answer }, response) => {
        const text = answerIn(response);
        const start = response.length - text.length;
        return { kind: flawIn(text, answer)?.kind ?? 'format', at: [start, response.length] };
      },
    },
  };
}

const answerIn = (response: string): string => response.slice(response.lastIndexOf('=') + 1);
const read = (prompt: string): number[] => prompt.slice(0, -1).split(',').map(Number);
const written = (steps: readonly (readonly number[])[]): string => steps.map((step) => step.join(',')).join('=');

/** The sorted list after each insertion; equal numbers keep their order. */
function insertions(numbers: readonly number[]): number[][] {
  const steps: number[][] = [];
  let sorted: number[] = [];
  for (const number of numbers) {
    const larger = sorted.findIndex((other) => other > number);
    const at = larger < 0 ? sorted.length : larger;
    sorted = [...sorted.slice(0, at), number, ...sorted.slice(at)];
    steps.push(sorted);
  }
  return steps;
}

/** Two neighbors that differ are swapped; of equal numbers the last is left out. */
function mistaken(sorted: readonly number[], random: Random): number[] {
  const places = sorted.flatMap((number, i) => (i > 0 && sorted[i - 1] !== number ? [i] : []));
  const at = places[random.integer(places.length)];
  if (at === undefined) return sorted.slice(0, -1);
  return [...sorted.slice(0, at - 1), sorted[at] ?? 0, sorted[at - 1] ?? 0, ...sorted.slice(at + 1)];
}
