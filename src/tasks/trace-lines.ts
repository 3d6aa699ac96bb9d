/** What traces of all tasks share. */
import type { Random } from '../random.ts';

export const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)] as T;

/** Steps of which a share is written twice, in order. */
export const withRepeats = (steps: readonly string[], verbosity: number, random: Random): string[] =>
  verbosity === 0 ? [...steps] : steps.flatMap((step) => (random.float() < verbosity ? [step, step] : [step]));
