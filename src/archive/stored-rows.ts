/**
 * Rows of the browser's database as this version of the studio can show them. Another version may have written them, or
 * an extension changed them: those that cannot be read are left out, and stay stored.
 */
import { z } from 'zod';
import { RENAMED_FIELDS, withCurrentNames } from '../run/config/renamed-fields.ts';
import { StrategyConfig } from '../run/strategies/strategy-config.ts';
import type { Sweep } from '../compare/sweep.ts';
import type { ArchivedRun } from './archived-run.ts';

const count = z.number().min(0);
/** The fields of a config that lists and charts read; parsing whole configs would take most of the time of a list. */
const Config = z.preprocess(
  (value) => withCurrentNames(value, RENAMED_FIELDS),
  z.object({
    name: z.string().optional(),
    seed: z.number(),
    model: z.object({ checkpoint: z.string().optional(), architecture: z.object({}).optional() }),
    task: z.object({ name: z.string() }),
    sft: z.object({ steps: count.optional(), epochs: count.optional() }).optional(),
    rl: z.object({ steps: count, strategy: StrategyConfig }).optional(),
    evaluation: z.object({}).optional(),
  }),
);
const State = z.enum(['running', 'complete', 'stopped', 'interrupted', 'failed']);
const stored = {
  id: z.string().min(1),
  state: State,
  error: z.string().optional(),
  started: count,
  changed: count,
  tab: z.string().optional(),
  deleted: count.optional(),
};

const Run = z.object({
  ...stored,
  name: z.string(),
  note: z.string(),
  config: Config,
  adapter: z.string(),
  records: count,
  digest: z.object({
    sft: count,
    rl: count,
    epoch: z.number().optional(),
    reward: z.number().optional(),
    greedy: z.number().optional(),
    sampled: z.number().optional(),
  }),
  sweep: z.object({ id: z.string(), label: z.string() }).optional(),
});

const Compared = z.object({
  name: z.string(),
  base: Config,
  strategies: z.array(z.object({ label: z.string(), strategy: StrategyConfig })).optional(),
  vary: z.record(z.string(), z.array(z.unknown())).optional(),
  seeds: z.array(z.number()),
  baseline: z.string(),
  confidence: z.number(),
});

const StoredSweep = z.object({ ...stored, sweep: Compared });

/** A row as it is stored, byte for byte but for renamed fields. @returns undefined if it cannot be shown */
export function storedRun(row: unknown): ArchivedRun | undefined {
  if (!Run.safeParse(row).success) return undefined;
  const run = row as ArchivedRun;
  return { ...run, config: current(run.config) };
}

/** As `storedRun`, for a row of the sweeps: a comparison resumes if its sweep is written like the stored one. */
export function storedSweep<Row extends { sweep: Sweep }>(row: unknown): Row | undefined {
  if (!StoredSweep.safeParse(row).success) return undefined;
  const found = row as Row;
  return { ...found, sweep: { ...found.sweep, base: current(found.sweep.base) } };
}

/** A config from an earlier version of the studio, with the current field names. */
const current = <Config>(config: Config): Config => withCurrentNames(config, RENAMED_FIELDS) as Config;

export interface StoredRows<Row> {
  rows: Row[];
  /** Number of rows that cannot be shown. */
  leftOut: number;
}

/** The rows that are not deleted. @param read returns undefined for a row that cannot be shown */
export function shownRows<Row>(
  stored: readonly { deleted?: number }[],
  read: (row: unknown) => Row | undefined,
): StoredRows<Row> {
  const present = stored.filter((row) => row.deleted === undefined);
  const rows = present.flatMap((row) => read(row) ?? []);
  return { rows, leftOut: present.length - rows.length };
}

/** Sentences that say how many rows are not shown; undefined if all are. */
export function leftOutRows(rows: { runs: number; sweeps: number; rollouts: number }): string | undefined {
  const { runs, sweeps, rollouts } = rows;
  const parts = [
    counted(runs, 'stored run'),
    counted(sweeps, 'stored comparison'),
    counted(rollouts, 'run with stored rollouts', 'runs with stored rollouts'),
  ].filter(Boolean);
  if (parts.length === 0) return undefined;
  const plural = runs + sweeps + rollouts > 1;
  return (
    `${parts.join(parts.length > 2 ? ', ' : ' and ')} ${plural ? 'are' : 'is'} not listed: another version of the ` +
    `studio wrote ${plural ? 'them, or they are' : 'it, or it is'} damaged. ` +
    `${plural ? 'They stay' : 'It stays'} stored.`
  );
}

const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  count > 0 ? `${count} ${count > 1 ? plural : noun}` : '';
