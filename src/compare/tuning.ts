/** The two stages of a sweep that tunes: which values each arm gets, and which runs are left. */
import { mean } from './moments.ts';
import { measured, summarizeRun, type RunRecords } from './run-summary.ts';
import { armsOf, confirmingRuns, triedVariants, tuningRuns, type Sweep, type SweepRun } from './sweep.ts';
import { joined, type Variant } from './vary.ts';

/** One combination of values that an arm was tuned with. */
export interface Trial {
  arm: string;
  variant: Variant;
  /** Mean of the measure over the tuning seeds; -Infinity where a run failed, NaN as long as one is missing. */
  score: number;
  seeds: number;
  chosen: boolean;
}

/** @param runs those that are complete */
export function trialsOf(sweep: Sweep, runs: readonly RunRecords[]): Trial[] {
  const { tune, measure = 'sampled' } = sweep;
  if (!tune) return [];
  const byRun = new Map(runs.map((run) => [runKey(run), run]));
  return armsOf(sweep).flatMap((arm) => {
    const trials = triedVariants(sweep).map((variant): Trial => {
      const { label } = joined([arm, variant]);
      const own = tune.seeds.flatMap((seed) => byRun.get(runKey({ label, seed })) ?? []);
      const scores = own.map((run) => (run.error === undefined ? measured(summarizeRun(run), measure) : -Infinity));
      return {
        arm: arm.label,
        variant,
        score: own.length < tune.seeds.length ? NaN : mean(scores),
        seeds: own.length,
        chosen: false,
      };
    });
    if (trials.some(({ score }) => Number.isNaN(score))) return trials;
    // The first of equal ones.
    const best = trials.reduce((a, b) => (b.score > a.score ? b : a));
    return trials.map((trial) => ({ ...trial, chosen: trial === best }));
  });
}

/** The values of each arm; undefined as long as a trial is missing, and for a sweep that does not tune. */
export function chosenValues(sweep: Sweep, runs: readonly RunRecords[]): Map<string, Variant> | undefined {
  if (!sweep.tune) return undefined;
  const chosen = new Map(
    trialsOf(sweep, runs).flatMap((trial) => (trial.chosen ? [[trial.arm, trial.variant] as const] : [])),
  );
  return chosen.size === armsOf(sweep).length ? chosen : undefined;
}

/** The runs whose configs are known, in the order in which they are made. @param done those that are complete */
export function runsOf(sweep: Sweep, done: readonly RunRecords[] = []): SweepRun[] {
  return [...tuningRuns(sweep), ...confirmingRuns(sweep, chosenValues(sweep, done))];
}

/** Every run of both stages by its name, also those whose values tuning has yet to choose. */
export function slotsOf(sweep: Sweep): Pick<SweepRun, 'label' | 'seed' | 'tunes'>[] {
  const arms = armsOf(sweep);
  return [
    ...tuningRuns(sweep).map(({ label, seed, tunes }) => ({ label, seed, ...(tunes !== undefined && { tunes }) })),
    ...sweep.seeds.flatMap((seed) => arms.map(({ label }) => ({ label, seed }))),
  ];
}

/** Runs that are compared: without those that tuning made. */
export function confirmed<T extends { label: string; seed: number }>(sweep: Sweep, runs: readonly T[]): T[] {
  return runs.filter(({ seed }) => sweep.seeds.includes(seed));
}

/** A run within its sweep. */
export const runKey = ({ label, seed }: { label: string; seed: number }): string => `${seed} ${label}`;
