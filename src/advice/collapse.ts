/** When a run collapsed, by the alarms of the Train page: the first step after which each of them fires. */
import type { StepRecord } from '../run/step-record.ts';
import { alarmsOf } from './alarms.ts';

/** Alarms that mean a collapse, in the order of importance, with what each says. */
export const COLLAPSES = {
  collapse: { title: 'reward', meaning: 'mean reward below half of its maximum' },
  entropy: { title: 'entropy', meaning: 'entropy below 15 % of its start' },
} as const;

export type CollapseId = keyof typeof COLLAPSES;
export const COLLAPSE_IDS = ['collapse', 'entropy'] as const satisfies readonly CollapseId[];

/** RL steps after which an alarm first fired; one that never did is absent. */
export type Collapses = Partial<Record<CollapseId, number>>;

/** Curves that these alarms read. */
const READ = ['rl/critic/score/mean', 'rl/actor/entropy', 'evaluation/accuracy/sampled'];

/** @param updates per rollout, as of `alarmsOf` */
export function collapsesOf(records: readonly StepRecord[], updates: number): Collapses {
  const history: Record<string, { values: number[] }> = {};
  const found: Collapses = {};
  for (const { phase, step, metrics } of records) {
    for (const key of READ) {
      const value = key.startsWith(`${phase}/`) ? metrics[key.slice(phase.length + 1)] : undefined;
      if (value !== undefined) (history[key] ??= { values: [] }).values.push(value);
    }
    if (phase !== 'rl') continue;
    const fired = alarmsOf(history, updates).map(({ id }) => id);
    for (const id of COLLAPSE_IDS) if (found[id] === undefined && fired.includes(id)) found[id] = step;
    if (COLLAPSE_IDS.every((id) => found[id] !== undefined)) break;
  }
  return found;
}

export interface RacedLane {
  label: string;
  collapses: Collapses;
  /** Completed RL steps. */
  step: number;
  /** Whether it makes further steps. */
  racing: boolean;
}

/**
 * Which lanes an alarm fired for first.
 *
 * @returns undefined while a lane that could still be first has not made that step; and if it fired for none
 */
export function firstToCollapse(
  lanes: readonly RacedLane[],
  id: CollapseId,
): { labels: string[]; step: number } | undefined {
  const steps = lanes.flatMap(({ collapses }) => collapses[id] ?? []);
  if (steps.length === 0) return undefined;
  const step = Math.min(...steps);
  if (lanes.some((lane) => lane.racing && lane.step < step)) return undefined;
  return { step, labels: lanes.filter(({ collapses }) => collapses[id] === step).map(({ label }) => label) };
}
