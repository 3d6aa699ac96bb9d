/**
 * Clip strategies as a config names them: the schema of their parameters, and a strategy with all its parameters filled
 * in. Their formulas and defaults are in catalog.ts, their WGSL in `shaders/strategies/`.
 */
import { z } from 'zod';
import { field, type FieldText } from '../../schema/field.ts';
import { numberText } from '../config/fields.ts';
import { STRATEGY_NAMES, strategyInfo, type BuiltInStrategy } from './catalog.ts';
import type { AggregationName, Context, ParameterInfo, StrategyInfo } from './types.ts';

export { strategyInfo, STRATEGY_NAMES };
export type { BuiltInStrategy, Context, ParameterInfo, StrategyInfo };

/** A built-in strategy; an omitted parameter has its default. */
export interface BuiltInStrategyConfig {
  name: BuiltInStrategy;
  [parameter: string]: string | number | boolean | null | undefined;
}

/** A custom strategy: a WGSL function of the token (shaders/objective/policy-token.wgsl). */
export interface CustomStrategyConfig {
  name: 'custom';
  title: string;
  source: string;
  /** Fields of `parameters` in the source. */
  parameters: Record<string, number>;
}

export type StrategyConfig = BuiltInStrategyConfig | CustomStrategyConfig;
export type StrategyName = StrategyConfig['name'];

/** Maximum characters of a custom strategy's source. */
export const MAX_SOURCE_LENGTH = 8000;
/** A WGSL identifier that cannot collide with the studio's own. */
const PARAMETER_NAME = /^[a-z][a-z0-9_]{0,31}$/;
/** Maximum parameters of a custom strategy: those that fit a small uniform. */
const MOST_PARAMETERS = 16;

function parameterSchema(info: ParameterInfo): z.ZodType {
  if (typeof info.default === 'boolean') return z.boolean();
  const { minimum, maximum } = info;
  const number = (info.exclusive ? z.number().gt(minimum) : z.number().min(minimum)).max(maximum);
  return info.default === null ? number.nullable() : number;
}

const NAME: FieldText = {
  label: 'Clip strategy',
  description: 'Built-in strategy, or custom for one given by its WGSL; docs/strategies.md has the gradient weights.',
};

/** A parameter as a field; its default is filled in by `resolveStrategy`, so that a config keeps what was given. */
function parameterField(info: ParameterInfo): z.ZodType {
  const { label, help, unit } = info;
  const text = { label, description: help, absent: parameterDefaultText(info), ...(unit && { unit }) };
  return field(parameterSchema(info).optional(), text);
}

/** A parameter's default, as the page, --help and the documentation show it. */
export function parameterDefaultText({ default: usual }: Pick<ParameterInfo, 'default'>): string {
  if (typeof usual === 'number') return numberText(usual);
  return usual ? 'on' : 'off';
}

function builtInSchema(name: BuiltInStrategy) {
  const { parameters } = strategyInfo(name);
  return z.strictObject({
    name: field(z.literal(name), NAME),
    ...Object.fromEntries(Object.entries(parameters).map(([key, info]) => [key, parameterField(info)])),
  });
}

const CustomStrategy = z.strictObject({
  name: field(z.literal('custom'), NAME),
  title: field(z.string().min(1).max(60).default('My strategy'), {
    label: 'Title',
    description: 'What the custom strategy is called in lists and charts.',
  }),
  source: field(
    z.string().min(1, { error: 'expected the WGSL of the strategy, found nothing' }).max(MAX_SOURCE_LENGTH),
    {
      label: 'WGSL',
      description: 'Source of the custom strategy: the WGSL function that gives value and weight of a token.',
    },
  ),
  parameters: field(
    z
      .record(
        z.string().regex(PARAMETER_NAME, { error: 'expected a lower-case name of letters, digits and _' }),
        z.number(),
      )
      .refine((parameters) => Object.keys(parameters).length <= MOST_PARAMETERS, {
        error: `expected at most ${MOST_PARAMETERS} parameters, found more`,
      })
      .default({}),
    {
      label: 'Parameters',
      description: 'Numbers that the source of the custom strategy reads as parameters.NAME.',
    },
  ),
});

const builtIns = STRATEGY_NAMES.map(builtInSchema);

/** `{name, ...parameters}` of a built-in strategy, or a custom one with its source. */
export const StrategyConfig = z.discriminatedUnion('name', [CustomStrategy, ...builtIns]) as unknown as z.ZodType<
  StrategyConfig,
  StrategyConfig
>;
export const StrategyName = z.enum(STRATEGY_NAMES);

/** Parameters of any built-in strategy, all optional: for inputs that give them next to the strategy's name. */
export const ANY_PARAMETER = Object.fromEntries(
  STRATEGY_NAMES.flatMap((name) =>
    Object.entries(strategyInfo(name).parameters).map(([key, info]) => [
      key,
      typeof info.default === 'boolean' ? z.boolean().optional() : z.number().nullable().optional(),
    ]),
  ),
) as Record<string, z.ZodOptional>;

interface StrategyNumbers {
  title: string;
  /**
   * Numbers in the order of the WGSL struct `Parameters`; off is 0, a switch 0 or 1. Always begins with eps_low,
   * eps_high.
   */
  parameters: Record<string, number>;
  context: Context;
  aggregation: AggregationName;
  ownCorrection: boolean;
}

/** A strategy with all numbers that a kernel needs; a custom one includes its WGSL. */
export type ResolvedStrategy = StrategyNumbers &
  ({ custom: false; name: BuiltInStrategy } | { custom: true; name: 'custom'; source: string });

/** The displayed band of a strategy without one. */
const NEUTRAL = { eps_low: 0.2, eps_high: 0.2 };

/** A strategy with its defaults filled in. */
export function resolveStrategy(config: StrategyConfig): ResolvedStrategy {
  if (config.name === 'custom') {
    const { title, source, parameters } = config as CustomStrategyConfig;
    return {
      name: 'custom',
      title,
      source,
      parameters: { ...NEUTRAL, ...parameters },
      context: 'sequence',
      aggregation: 'token-mean',
      ownCorrection: false,
      custom: true,
    };
  }
  const { name } = config;
  const info = strategyInfo(name);
  const numbers = Object.entries(info.parameters).map(([key, { default: usual }]): [string, number] => {
    const given = (config as BuiltInStrategyConfig)[key];
    const value = given === undefined ? usual : given;
    return [key, typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : 0];
  });
  return {
    name,
    title: info.title,
    parameters: { ...NEUTRAL, ...Object.fromEntries(numbers) },
    context: info.context,
    aggregation: info.aggregation,
    ownCorrection: info.ownCorrection === true,
    custom: false,
  };
}

/** A strategy's label on the page and in tables: its title and its non-default parameters. */
export function strategyLabel(config: StrategyConfig): string {
  if (config.name === 'custom') return (config as CustomStrategyConfig).title;
  const info = strategyInfo(config.name);
  const changed = Object.entries(info.parameters).flatMap(([key, { default: usual }]) => {
    const given = (config as BuiltInStrategyConfig)[key];
    return given === undefined || given === usual ? [] : [`${key} ${given === null ? 'off' : String(given)}`];
  });
  return changed.length === 0 ? info.title : `${info.title} (${changed.join(', ')})`;
}

/** The band around a token's ratio by which a strategy's zones are drawn; undefined if the band differs per token. */
export function plainBand(strategy: ResolvedStrategy): { low: number; high: number } | undefined {
  const { eps_low, eps_high, cap } = strategy.parameters as Record<string, number> & typeof NEUTRAL;
  if (strategy.name === 'gmpo') return { low: Math.exp(-eps_low), high: Math.exp(eps_high) };
  if (strategy.name === 'cispo' && cap !== undefined && cap > 0) return { low: 0, high: cap };
  if (!strategy.custom && strategyInfo(strategy.name).movingBand) return undefined;
  return { low: 1 - eps_low, high: 1 + eps_high };
}
