/** A sweep: strategies x seeds of one recipe, each run fully determined by its RunConfig. */
import { z } from 'zod';
import { inputError } from '../errors.ts';
import { RewardsConfig } from '../rewards/config.ts';
import { field, seed } from '../schema/field.ts';
import { RunConfig } from '../run/config.ts';
import { parseAs } from '../run/schema-issues.ts';
import { StrategyConfig, strategyLabel } from '../run/strategies/strategy-config.ts';

const Entry = z.strictObject({
  label: z.string().min(1).max(120).optional(),
  strategy: StrategyConfig,
  /** In place of those of the base's task, so that a sweep can compare rewards. */
  rewards: RewardsConfig.optional(),
});
type Entry = z.infer<typeof Entry>;

export const SweepInput = z.strictObject({
  name: field(z.string().min(1).max(200).default('sweep'), {
    label: 'Sweep name',
    description: 'What the sweep is called in tables; it has no effect on its runs.',
  }),
  base: field(RunConfig, {
    label: 'Base config',
    description: 'RunConfig that all runs share; its strategy and seed are replaced. train --help lists its fields.',
  }),
  strategies: field(z.array(z.union([z.string(), StrategyConfig, Entry])).min(1), {
    label: 'Strategies',
    description:
      'Strategies to compare: a name, {name, ...parameters}, or {label, strategy, rewards?} to give an entry a label ' +
      'of its own, or rewards in place of those of the task.',
  }),
  seeds: field(z.array(seed).min(1), {
    label: 'Seeds',
    description: 'Every strategy is trained once per seed; use at least 3 for an interval that means something.',
  }),
  baseline: field(z.string().optional(), {
    label: 'Baseline',
    description: 'Label of the strategy that the others are compared with.',
    absent: 'the first strategy',
  }),
  confidence: field(z.number().gt(0.5).lt(1).default(0.95), {
    label: 'Confidence',
    description: 'Confidence level of the intervals.',
  }),
});

export interface SweepStrategy {
  label: string;
  strategy: StrategyConfig;
  /** In place of those of the base's task. */
  rewards?: RewardsConfig;
}

export interface Sweep {
  name: string;
  base: RunConfig;
  strategies: SweepStrategy[];
  seeds: number[];
  baseline: string;
  confidence: number;
}

export interface SweepRun {
  label: string;
  seed: number;
  config: RunConfig;
}

/**
 * @param where the source's name, for messages
 * @throws StudioError `input`, one line naming the first incorrect field
 */
export function parseSweep(value: unknown, where: string): Sweep {
  const data = parseAs(SweepInput, value, where);
  if (!data.base.rl) throw inputError(where, 'base.rl: expected, because a sweep compares RL strategies');
  if (new Set(data.seeds).size < data.seeds.length) throw inputError(where, 'seeds: expected each seed once');
  const strategies = data.strategies.map((entry, i): SweepStrategy => {
    if (typeof entry === 'string') {
      const named = StrategyConfig.safeParse({ name: entry });
      if (!named.success) throw inputError(where, `strategies.${i}: "${entry}" is not a strategy`);
      return { label: entry, strategy: named.data };
    }
    if ('strategy' in entry) {
      const { label, strategy, rewards } = entry as Entry;
      return { label: label ?? strategyLabel(strategy), strategy, ...(rewards && { rewards }) };
    }
    return { label: strategyLabel(entry as StrategyConfig), strategy: entry as StrategyConfig };
  });
  const labels = strategies.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined)
    throw inputError(where, `strategies: "${twice}" is listed twice; give each entry its own label`);
  const baseline = data.baseline ?? (labels[0] as string);
  if (!labels.includes(baseline))
    throw inputError(where, `baseline: expected one of ${labels.join(', ')}, found ${baseline}`);
  return { ...data, strategies, baseline };
}

/** The runs in order: all strategies of a seed before the next seed, so that an incomplete sweep compares fairly. */
export function runsOf(sweep: Sweep): SweepRun[] {
  return sweep.seeds.flatMap((seed) =>
    sweep.strategies.map(({ label, strategy, rewards }) => ({
      label,
      seed,
      config: {
        ...sweep.base,
        name: `${label}, seed ${seed}`,
        seed,
        task: { ...sweep.base.task, ...(rewards && { rewards }) },
        rl: { ...(sweep.base.rl as NonNullable<RunConfig['rl']>), strategy },
      },
    })),
  );
}
