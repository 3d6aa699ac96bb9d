/** The runs of a sweep as a work list: all of them, or one shard of a division among machines that share nothing. */
import { inputError } from '../errors.ts';
import type { RunRecords } from './run-summary.ts';
import { armsOf, confirmingRuns, countRuns, triedVariants, tuningRuns, type Sweep, type SweepRun } from './sweep.ts';
import { runsOf, trialsOf } from './tuning.ts';

export interface WorkList {
  /** Number of runs, also of those whose configs tuning has yet to choose. */
  count: number;
  /** The runs whose configs are known, in the order in which they are made. @param done those that are complete */
  runs(done: readonly RunRecords[]): SweepRun[];
}

export interface Shard {
  /** From 1 to `of`. */
  number: number;
  of: number;
}

/** Shards up to which a division is not a mistake. */
const MOST_SHARDS = 10_000;

/** @throws StudioError `input` unless the text is `i/n` with 1 <= i <= n */
export function parseShard(text: string, where: string): Shard {
  const [, number = 0, of = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (number < 1 || number > of || of > MOST_SHARDS)
    throw inputError(
      where,
      `--shard: expected i/n, for example 2/8, with i from 1 to n and n up to ${MOST_SHARDS}, found "${text}"`,
    );
  return { number, of };
}

export const wholeList = (sweep: Sweep): WorkList => ({
  count: countRuns(sweep),
  runs: (done) => runsOf(sweep, done),
});

/**
 * The same division wherever it is computed. Without tuning, shards get runs in turn, each seed starting one arm later,
 * so that a shard has all arms. With tuning a shard gets whole arms, because the runs that confirm an arm need all of
 * its trials.
 */
export function shardList(sweep: Sweep, shard: Shard): WorkList {
  const arms = armsOf(sweep);
  const isOwn = (place: number) => place % shard.of === shard.number - 1;
  if (!sweep.tune) {
    const own = confirmingRuns(sweep).filter((_, i) => {
      const [row, arm] = [Math.floor(i / arms.length), i % arms.length];
      return isOwn(row * arms.length + ((arm + row) % arms.length));
    });
    return { count: own.length, runs: () => own };
  }
  const own = new Set(arms.filter((_, i) => isOwn(i)).map(({ label }) => label));
  const trials = triedVariants(sweep).length * sweep.tune.seeds.length;
  return {
    count: own.size * (trials + sweep.seeds.length),
    runs: (done) => {
      const chosen = new Map(
        trialsOf(sweep, done).flatMap((trial) =>
          trial.chosen && own.has(trial.arm) ? [[trial.arm, trial.variant] as const] : [],
        ),
      );
      return [
        ...tuningRuns(sweep).filter(({ tunes = '' }) => own.has(tunes)),
        ...confirmingRuns(sweep, chosen).filter(({ label }) => chosen.has(label)),
      ];
    },
  };
}
