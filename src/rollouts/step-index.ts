/**
 * What a search needs of a kept step beside its columns, made once per step: groups, texts in lower case, and the keys
 * by which its responses are sorted.
 */
import { ZONES } from '../run/step-record.ts';
import type { GroupState, RolloutOrder } from '../views/rollouts.ts';
import { COUNTS, FLAGS, type KeptStep } from './kept-step.ts';
import { ascendingKeys } from './radix-sort.ts';

export type ValueOrder = Exclude<RolloutOrder, 'group'>;

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
  /** `[n]` by order, made at its first use: unsigned numbers that order as the values (`ascendingKeys`). */
  keys: Partial<Record<ValueOrder, Uint32Array<ArrayBuffer>>>;
}

const indices = new WeakMap<KeptStep, StepIndex>();

export function indexOf(step: KeptStep): StepIndex {
  let index = indices.get(step);
  if (!index) {
    index = {
      groups: groupsOf(step),
      prompts: step.problems.map(({ prompt }) => prompt.toLowerCase()),
      texts: step.texts.map((text) => text.toLowerCase()),
      keys: {},
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

/** `[n]`, the keys of a step's responses in an order. */
export const keysOf = (step: KeptStep, order: ValueOrder): Uint32Array<ArrayBuffer> =>
  (indexOf(step).keys[order] ??= ascendingKeys(
    Float32Array.from(step.texts, (_, response) => VALUES[order](step, response)),
  ));

/** The value by which an order sorts; NaN, which comes last, without measures. */
const VALUES: Record<ValueOrder, (step: KeptStep, response: number) => number> = {
  reward: ({ reward }, i) => reward[i] ?? 0,
  advantage: ({ advantage }, i) => advantage[i] ?? 0,
  length: ({ begin }, i) => (begin[i + 1] ?? 0) - (begin[i] ?? 0),
  kl: ({ kl, flags }, i) => (measured(flags, i) ? (kl[i] ?? 0) : NaN),
  clipped: (step, i) => (measured(step.flags, i) ? clippedShare(step, i) : NaN),
};

const measured = (flags: Uint8Array, response: number) => ((flags[response] ?? 0) & FLAGS.measured) !== 0;
const LOW = ZONES.indexOf('negative-low');
const HIGH = ZONES.indexOf('positive-high');

/** Share of a response's tokens in the zones that PPO clips. */
function clippedShare({ counts, begin }: KeptStep, response: number): number {
  const length = (begin[response + 1] ?? 0) - (begin[response] ?? 0);
  const clipped = (counts[response * COUNTS + LOW] ?? 0) + (counts[response * COUNTS + HIGH] ?? 0);
  return clipped / Math.max(1, length);
}
