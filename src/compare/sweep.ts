/** A sweep: arms (strategies, and values of config fields) x seeds, each run fully determined by its RunConfig. */
import { z } from 'zod';
import { inputError, StudioError } from '../errors.ts';
import { RewardsConfig } from '../rewards/config.ts';
import { field, seed } from '../schema/field.ts';
import { parseRunConfig, RunConfig } from '../run/config.ts';
import { parseAs } from '../run/schema-issues.ts';
import { StrategyConfig, strategyLabel } from '../run/strategies/strategy-config.ts';
import { joined, VARY_FIELDS, Vary, variantsOf, withFields, type Combine, type Variant } from './vary.ts';

const Entry = z.strictObject({
  label: z.string().min(1).max(120).optional(),
  strategy: StrategyConfig,
  /** In place of those of the base's task, so that a sweep can compare rewards. */
  rewards: RewardsConfig.optional(),
});
type Entry = z.infer<typeof Entry>;

const seeds = z.array(seed).min(1);

export const Measure = z.enum(['sampled', 'greedy', 'pass_at_k', 'area']);
/** The figure of a run that arms are compared by. */
export type Measure = z.output<typeof Measure>;

const Tune = z.strictObject({
  vary: field(Vary, {
    label: 'Tuned fields',
    description: 'As vary: the values among which each arm gets its own best.',
  }),
  combine: VARY_FIELDS.combine,
  seeds: field(seeds, {
    label: 'Tuning seeds',
    description: 'Seeds that the best values are chosen by; none of them may be among the seeds that confirm.',
  }),
});
export type Tune = z.output<typeof Tune>;

export const SweepInput = z.strictObject({
  name: field(z.string().min(1).max(200).default('sweep'), {
    label: 'Sweep name',
    description: 'What the sweep is called in tables; it has no effect on its runs.',
  }),
  base: field(RunConfig, {
    label: 'Base config',
    description: 'RunConfig that all runs share; its seed is replaced, and every field that the sweep varies.',
  }),
  strategies: field(z.array(z.union([z.string(), StrategyConfig, Entry])).optional(), {
    label: 'Strategies',
    description:
      'Strategies to compare: a name, {name, ...parameters}, or {label, strategy, rewards?} to give an entry a label ' +
      'of its own, or rewards in place of those of the task. With vary, each is combined with its values.',
    absent: "the base's",
  }),
  ...VARY_FIELDS,
  tune: field(Tune.optional(), {
    label: 'Tuning',
    description:
      'A first stage on seeds of its own: each arm is trained with every combination of these values, keeps those ' +
      'with the highest mean of the measure, and is then compared on the fresh seeds.',
    absent: 'none: all arms have the same values',
  }),
  measure: field(Measure.optional(), {
    label: 'Measure',
    description:
      'What arms are compared by: held-out accuracy at the end, sampled or greedy, pass_at_k of the evaluation’s ' +
      'samples, or area: the mean of sampled accuracy over the run.',
    absent: 'sampled',
  }),
  seeds: field(seeds, {
    label: 'Seeds',
    description: 'Every arm is trained once per seed; use at least 3 for an interval that means something.',
  }),
  baseline: field(z.string().optional(), {
    label: 'Baseline',
    description: 'Label of the arm that the others are compared with.',
    absent: 'the first arm',
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

/** As it is stored: labels and the baseline are filled in. Sweeps stored before fields could vary have strategies. */
export interface Sweep {
  name: string;
  base: RunConfig;
  strategies?: SweepStrategy[] | undefined;
  vary?: Vary | undefined;
  combine?: Combine | undefined;
  tune?: Tune | undefined;
  measure?: Measure | undefined;
  seeds: number[];
  baseline: string;
  confidence: number;
}

/** What is compared: a strategy with values of the varied fields. */
export interface Arm extends Variant {
  strategy: StrategyConfig | undefined;
}

export interface SweepRun {
  /** Names the run within its seed: the arm, in tuning with the values that are tried. */
  label: string;
  seed: number;
  readonly config: RunConfig;
  /** Of a run that tuning makes: the arm that it is for. */
  tunes?: string;
}

/** Runs of a sweep up to which it is not a mistake. */
const MOST_RUNS = 10_000;

/**
 * @param where the source's name, for messages
 * @throws StudioError `input`, one line naming the first incorrect field
 */
export function parseSweep(value: unknown, where: string): Sweep {
  const { strategies: given, ...data } = parseAs(SweepInput, value, where);
  if (!given && !data.vary) throw inputError(where, 'strategies: expected strategies or vary, found neither');
  if (given?.length === 0) throw inputError(where, 'strategies: expected at least 1 item, found none');
  if (given && !data.base.rl) throw inputError(where, 'base.rl: expected, because a sweep compares RL strategies');
  if (given && data.vary && 'rl.strategy' in data.vary)
    throw inputError(where, 'vary.rl.strategy: expected either this or strategies, found both');
  if (new Set(data.seeds).size < data.seeds.length) throw inputError(where, 'seeds: expected each seed once');
  const strategies = given?.map((entry, i): SweepStrategy => {
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
  const sweep: Sweep = { ...data, ...(strategies && { strategies }), baseline: data.baseline ?? '' };
  const labels = labelsChecked(sweep, where);
  const baseline = data.baseline ?? (labels[0] as string);
  if (!labels.includes(baseline))
    throw inputError(where, `baseline: expected one of ${labels.join(', ')}, found ${baseline}`);
  checkRuns(sweep, where);
  return { ...sweep, baseline };
}

/** Labels of the arms. @throws StudioError `input` where two arms have the same, or lists cannot be zipped */
function labelsChecked(sweep: Sweep, where: string): string[] {
  const of = <T>(path: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof StudioError ? error : inputError(where, `${path}.${(error as Error).message}`);
    }
  };
  const labels = of('vary', () => armsOf(sweep)).map(({ label }) => label);
  const tuned = of('tune.vary', () => tunedVariants(sweep)).map(({ label }) => label);
  for (const [path, list] of [
    [sweep.vary ? 'vary' : 'strategies', labels],
    ['tune.vary', tuned],
  ] as const) {
    const twice = list.find((label, i) => list.indexOf(label) < i);
    if (twice !== undefined)
      throw inputError(where, `${path}: "${twice}" is listed twice; give each entry its own label`);
  }
  return labels;
}

/** @throws StudioError `input` for a value that no config takes, and for seeds that both stages use */
function checkRuns(sweep: Sweep, where: string): void {
  const { tune, seeds: fresh, base } = sweep;
  const arms = armsOf(sweep);
  const variants = tunedVariants(sweep);
  const count = arms.length * fresh.length + (tune ? arms.length * variants.length * tune.seeds.length : 0);
  if (count > MOST_RUNS) throw inputError(where, `expected at most ${MOST_RUNS} runs, found ${count}`);
  if (tune) {
    if (new Set(tune.seeds).size < tune.seeds.length) throw inputError(where, 'tune.seeds: expected each seed once');
    const both = tune.seeds.find((one) => fresh.includes(one));
    if (both !== undefined)
      throw inputError(where, `tune.seeds: expected seeds that do not confirm as well, found ${both} in both`);
    if (!base.evaluation) throw inputError(where, 'base.evaluation: expected, because tuning chooses by it');
    const shared = Object.keys(tune.vary).find((path) => arms.some(({ set }) => path in set));
    if (shared !== undefined) throw inputError(where, `tune.vary.${shared}: expected fields that arms do not set`);
  }
  const [one] = fresh;
  for (const arm of arms)
    for (const variant of tune ? variants : [NOTHING]) {
      const whole = joined([arm, variant]);
      const which = whole.label === '' ? where : `${where}: ${whole.label}`;
      parseRunConfig(configWith(sweep, whole, one ?? 0, whole.label), which);
    }
}

const NOTHING: Variant = { label: '', set: {} };

const tunedVariants = ({ tune }: Sweep): Variant[] => (tune ? variantsOf(tune.vary, tune.combine) : []);

/** The arms in the order of tables: strategies first, for each the combinations of the varied fields. */
export function armsOf({ strategies, vary, combine }: Sweep): Arm[] {
  const entries = strategies?.map(({ label, strategy, rewards }): Arm => ({
    label,
    strategy,
    set: { 'rl.strategy': strategy, ...(rewards && { 'task.rewards': rewards }) },
  })) ?? [{ ...NOTHING, strategy: undefined }];
  return entries.flatMap((entry) =>
    variantsOf(vary, combine).map((variant): Arm => {
      const whole = joined([entry, variant]);
      return { ...whole, strategy: (whole.set['rl.strategy'] as StrategyConfig | undefined) ?? entry.strategy };
    }),
  );
}

/** The name in a run's config. */
export const runName = ({ label, seed }: { label: string; seed: number }): string => `${label}, seed ${seed}`;

/** A run's config before it is checked. */
function configWith({ base }: Sweep, { set }: Variant, seed: number, label: string): unknown {
  return { ...(withFields(base, set) as object), name: runName({ label, seed }), seed };
}

/** A run, whose config is checked when it is asked for: lists of thousands of runs are read often. */
function runOf(sweep: Sweep, variant: Variant, seed: number, label: string, tunes?: string): SweepRun {
  let checked: RunConfig | undefined;
  return {
    label,
    seed,
    ...(tunes !== undefined && { tunes }),
    get config() {
      return (checked ??= parseRunConfig(configWith(sweep, variant, seed, label), label));
    },
  };
}

/** Number of runs, of both stages. */
export const countRuns = (sweep: Sweep): number =>
  armsOf(sweep).length * (sweep.seeds.length + tunedVariants(sweep).length * (sweep.tune?.seeds.length ?? 0));

/** Runs of the first stage; all arms of a seed before the next seed, so that an incomplete sweep compares fairly. */
export function tuningRuns(sweep: Sweep): SweepRun[] {
  const { tune } = sweep;
  if (!tune) return [];
  return tune.seeds.flatMap((seed) =>
    armsOf(sweep).flatMap((arm) =>
      tunedVariants(sweep).map((variant) => {
        const whole = joined([arm, variant]);
        return runOf(sweep, whole, seed, whole.label, arm.label);
      }),
    ),
  );
}

/**
 * The runs that confirm, as far as the values of their arms are known.
 *
 * @param chosen by arm, of a sweep that tunes
 */
export function confirmingRuns(sweep: Sweep, chosen?: ReadonlyMap<string, Variant>): SweepRun[] {
  if (sweep.tune && !chosen) return [];
  return sweep.seeds.flatMap((seed) =>
    armsOf(sweep).map((arm) => runOf(sweep, joined([arm, chosen?.get(arm.label) ?? NOTHING]), seed, arm.label)),
  );
}

/** Values that tuning tries for each arm. */
export const triedVariants = tunedVariants;
