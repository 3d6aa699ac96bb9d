/** A sweep: strategies x seeds of one recipe, each run fully determined by its RunConfig. */
import { z } from 'zod';
import { inputError } from '../errors.ts';
import { describeIssue, RunConfig } from '../run/config.ts';
import { StrategyConfig, strategyLabel } from '../run/strategies/strategy-config.ts';

const Entry = z.strictObject({ label: z.string().min(1).max(60).optional(), strategy: StrategyConfig });

const SweepInput = z.strictObject({
  name: z.string().min(1).max(200).default('sweep'),
  /** The recipe that all runs share; its strategy and seed are replaced. */
  base: RunConfig,
  strategies: z.array(z.union([z.string(), StrategyConfig, Entry])).min(1),
  seeds: z.array(z.number().int().min(0).max(0xffffffff)).min(1),
  /** Label of the strategy that the others are compared with; the first when left out. */
  baseline: z.string().optional(),
  /** Of intervals. */
  confidence: z.number().gt(0.5).lt(1).default(0.95),
});

export interface SweepStrategy {
  label: string;
  strategy: StrategyConfig;
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
 * @param where what to call the source in messages
 * @throws StudioError `input`, one line naming the first wrong field
 */
export function parseSweep(value: unknown, where: string): Sweep {
  const parsed = SweepInput.safeParse(value);
  if (!parsed.success) throw inputError(where, describeIssue(parsed.error));
  const { data } = parsed;
  if (!data.base.rl) throw inputError(where, 'base.rl: expected, because a sweep compares RL strategies');
  if (new Set(data.seeds).size < data.seeds.length) throw inputError(where, 'seeds: expected each seed once');
  const strategies = data.strategies.map((entry, i): SweepStrategy => {
    if (typeof entry === 'string') {
      const named = StrategyConfig.safeParse({ name: entry });
      if (!named.success) throw inputError(where, `strategies.${i}: "${entry}" is not a strategy`);
      return { label: entry, strategy: named.data };
    }
    if ('strategy' in entry)
      return {
        label: (entry.label as string | undefined) ?? strategyLabel(entry.strategy as StrategyConfig),
        strategy: entry.strategy as StrategyConfig,
      };
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

/**
 * The runs in the order in which they are made: all strategies of a seed before the next seed, so that an unfinished
 * sweep compares fairly.
 */
export function runsOf(sweep: Sweep): SweepRun[] {
  return sweep.seeds.flatMap((seed) =>
    sweep.strategies.map(({ label, strategy }) => ({
      label,
      seed,
      config: {
        ...sweep.base,
        name: `${label}, seed ${seed}`,
        seed,
        rl: { ...(sweep.base.rl as NonNullable<RunConfig['rl']>), strategy },
      },
    })),
  );
}
