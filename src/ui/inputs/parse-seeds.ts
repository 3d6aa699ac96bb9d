import { parseNumber } from './parse-number.ts';

const LARGEST = 0xffff_ffff;

/** Seeds as typed: whole numbers separated by commas, semicolons or spaces. */
export function parseSeeds(text: string): { seeds: number[] } | { problem: string } {
  const seeds: number[] = [];
  for (const one of text.split(/[\s,;]+/).filter(Boolean)) {
    const entry = parseNumber(one, { whole: true, minimum: 0, maximum: LARGEST });
    if (!('value' in entry) || entry.value === undefined)
      return {
        problem:
          `In the seeds, “${one}” is not a whole number from 0 to ${LARGEST}. ` +
          'Write seeds separated by commas, such as 1, 2, 3.',
      };
    if (seeds.includes(entry.value))
      return { problem: `The seed ${entry.value} is listed twice. Write each of the seeds once.` };
    seeds.push(entry.value);
  }
  return seeds.length === 0 ? { problem: 'Write one or more seeds, such as 1, 2, 3.' } : { seeds };
}
