/** What a search needs of a kept step beside its columns: groups, and texts in lower case; made once per step. */
import type { GroupState } from '../views/rollouts.ts';
import { FLAGS, type KeptStep } from './kept-step.ts';

/** A group's responses are those from `begin` to `end`. */
export interface KeptGroup {
  begin: number;
  end: number;
  correct: number;
  state: GroupState;
  zeroAdvantage: boolean;
}

export interface StepIndex {
  /** By index into `problems`. */
  groups: KeptGroup[];
  prompts: string[];
  /** In lower case. */
  texts: string[];
}

const indices = new WeakMap<KeptStep, StepIndex>();

export function indexOf(step: KeptStep): StepIndex {
  let index = indices.get(step);
  if (!index) {
    index = {
      groups: groupsOf(step),
      prompts: step.problems.map(({ prompt }) => prompt.toLowerCase()),
      texts: step.texts.map((text) => text.toLowerCase()),
    };
    indices.set(step, index);
  }
  return index;
}

function groupsOf({ problems, problem, flags, advantage }: KeptStep): KeptGroup[] {
  const groups = problems.map((): KeptGroup => ({ begin: 0, end: 0, correct: 0, state: 'mixed', zeroAdvantage: true }));
  for (const [i, which] of problem.entries()) {
    const group = groups[which];
    if (!group) continue;
    if (group.end === 0) group.begin = i;
    group.end = i + 1;
    if ((flags[i] ?? 0) & FLAGS.correct) group.correct += 1;
    if (advantage[i] !== 0) group.zeroAdvantage = false;
  }
  for (const group of groups)
    if (group.correct === 0) group.state = 'all-incorrect';
    else if (group.correct === group.end - group.begin) group.state = 'all-correct';
  return groups;
}
