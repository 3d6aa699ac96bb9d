import {
  plainBand,
  resolveStrategy,
  strategyInfo,
  type BuiltInStrategyConfig,
  type ParameterInfo,
  type StrategyConfig,
} from './strategy-config.ts';

/** Parameters with the same meaning in all strategies that clip the token's own ratio. */
const SHARED = ['eps_low', 'eps_high', 'dual_clip'];

const clipsRatio = (config: StrategyConfig): config is BuiltInStrategyConfig =>
  config.name !== 'custom' && config.name !== 'gmpo' && plainBand(resolveStrategy(config)) !== undefined;

const parameterOf = (config: BuiltInStrategyConfig, key: string): ParameterInfo | undefined => {
  const info = strategyInfo(config.name).parameters[key];
  return info?.zonesOnly ? undefined : info;
};

/**
 * Other strategies at the clip range and dual clip of one, where they have these, so that a comparison with it shows
 * the strategies and not their ranges. Strategies of its name are left out.
 */
export function atSettingsOf(own: StrategyConfig, strategies: readonly StrategyConfig[]): StrategyConfig[] {
  return strategies
    .filter(({ name }) => name !== own.name)
    .map((config) => {
      if (!clipsRatio(own) || !clipsRatio(config)) return config;
      const shared = SHARED.filter((key) => parameterOf(own, key) && parameterOf(config, key));
      return { ...config, ...Object.fromEntries(shared.map((key) => [key, valueOf(own, key)])) };
    });
}

function valueOf(config: BuiltInStrategyConfig, key: string): number | boolean | null {
  const given = config[key];
  return (given === undefined ? parameterOf(config, key)?.default : given) as number | boolean | null;
}
