/** The fields in which recipes differ, and whether two runs of one recipe have equal metrics. */
import type { RunConfig } from './config.ts';
import type { StepRecord } from './step-record.ts';
import { strategyInfo, type BuiltInStrategyConfig, type StrategyConfig } from './strategies/strategy-config.ts';

/** A field by its dotted path, with its value in each config; undefined if a config lacks the field. */
export interface FieldDifference {
  path: string;
  values: (string | undefined)[];
}

/** Fields in which configs differ, in the configs' order. Names are ignored, because they do not affect a run. */
export function configDifferences(configs: readonly RunConfig[]): FieldDifference[] {
  const fields = configs.map((config) => new Map(leaves(comparable(config), '')));
  const paths = new Set(fields.flatMap((one) => [...one.keys()]));
  return [...paths]
    .map((path) => ({ path, values: fields.map((one) => one.get(path)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/**
 * A strategy's parameters with defaults filled in: omitting a parameter and setting its default are the same strategy.
 */
function comparable({ name: _, ...config }: RunConfig): unknown {
  return config.rl ? { ...config, rl: { ...config.rl, strategy: wholeStrategy(config.rl.strategy) } } : config;
}

function wholeStrategy(strategy: StrategyConfig): unknown {
  if (strategy.name === 'custom') return strategy;
  const given = strategy as BuiltInStrategyConfig;
  return {
    name: given.name,
    ...Object.fromEntries(
      Object.entries(strategyInfo(given.name).parameters).map(([key, info]) => [
        key,
        given[key] === undefined ? info.default : given[key],
      ]),
    ),
  };
}

/** In configs, null means that a number is off. */
function leaves(value: unknown, path: string): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [[path, value === null ? 'off' : typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}

/** The first metric that is not equal to the last bit, among the records that both runs have. */
export interface MetricDifference {
  phase: StepRecord['phase'];
  step: number;
  metric: string;
}

/** @returns undefined if all records that both runs have are equal; times are ignored */
export function firstMetricDifference(
  a: readonly StepRecord[],
  b: readonly StepRecord[],
): MetricDifference | undefined {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]] as [StepRecord, StepRecord];
    const { phase, step } = one;
    if (phase !== other.phase || step !== other.step) return { phase, step, metric: 'the step itself' };
    const metric = [...new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)])].find(
      (name) => one.metrics[name] !== other.metrics[name],
    );
    if (metric !== undefined) return { phase, step, metric };
  }
  return undefined;
}
