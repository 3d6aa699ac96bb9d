import { plainBand, resolveStrategy, strategyInfo, type StrategyConfig } from '../../run/strategies/strategy-config.ts';

/** The clip range that a strategy applies to every token; undefined if it has none, or one that differs per token. */
function rangeOf(strategy: StrategyConfig): string | undefined {
  if (strategy.name === 'custom' || strategyInfo(strategy.name).parameters.eps_high?.zonesOnly) return undefined;
  const band = plainBand(resolveStrategy(strategy));
  return band && `${Number(band.low.toFixed(4))} to ${Number(band.high.toFixed(4))}`;
}

/** One sentence on the clip ranges of compared strategies; empty where fewer than two have one. */
export function clipRangesText(strategies: readonly StrategyConfig[]): string {
  const ranges = strategies.flatMap((strategy) => rangeOf(strategy) ?? []);
  if (ranges.length < 2) return '';
  return new Set(ranges).size === 1
    ? `The strategies have the same clip range, r from ${ranges[0] ?? ''}.`
    : 'The strategies have different clip ranges, which alone can change results.';
}
