/** The responses of a kept step that a report shows: the ones with the most tokens outside the clip range. */
import type { RolloutView } from '../run/step-record.ts';
import { MOST_CLIPPED_FIRST } from '../views/rollouts.ts';
import type { KeptStep } from './kept-step.ts';
import { detailOf } from './rows.ts';
import { findRollouts } from './search.ts';

/** @param count how many at most */
export function shownResponses(step: KeptStep, count: number): RolloutView[] {
  const steps = new Map([[step.step, step]]);
  const { items } = findRollouts([step], MOST_CLIPPED_FIRST);
  return Array.from(items.subarray(0, count)).flatMap((id) => detailOf(steps, id, '')?.view ?? []);
}
