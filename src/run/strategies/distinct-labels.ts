/** Labels of strategies that are compared: titles, and every parameter in which the strategies differ. */
import { numberText } from '../config/fields.ts';
import { resolveStrategy, strategyInfo, type CustomStrategyConfig, type StrategyConfig } from './strategy-config.ts';

type Value = number | boolean | null;
type Parameters = Map<string, { value: Value; usual: Value | undefined }>;

/** A strategy's parameters with defaults filled in; not those that only define the displayed zones. */
function parametersOf(config: StrategyConfig): Parameters {
  if (config.name === 'custom')
    return new Map(
      Object.entries((config as CustomStrategyConfig).parameters).map(([key, value]) => [
        key,
        { value, usual: undefined },
      ]),
    );
  const given = config as Record<string, unknown>;
  return new Map(
    Object.entries(strategyInfo(config.name).parameters)
      .filter(([, { zonesOnly }]) => !zonesOnly)
      .map(([key, { default: usual }]) => [
        key,
        { value: (given[key] ?? (key in given ? null : usual)) as Value, usual },
      ]),
  );
}

const NAMES: Record<string, string> = { beta1: 'β₁', beta2: 'β₂', eps_low: 'ε low', eps_high: 'ε high' };

/** Switches whose two states have names. */
const STATES: Record<string, readonly [off: string, on: string]> = { only_high: ['both sides', 'upper side only'] };

function text(key: string, value: Value): string {
  const states = STATES[key];
  if (states && typeof value === 'boolean') return states[Number(value)] as string;
  const name = NAMES[key] ?? key.replaceAll('_', ' ');
  return `${name} ${value === null || value === false ? 'off' : value === true ? 'on' : numberText(value)}`;
}

/** The shown parameters after the title; the clip range as one part. */
function labelled({
  config,
  own,
  shown,
}: {
  config: StrategyConfig;
  own: Parameters;
  shown: (key: string) => boolean;
}) {
  const keys = [...own.keys()];
  const range = keys.includes('eps_low') && keys.includes('eps_high') && (shown('eps_low') || shown('eps_high'));
  const value = (key: string) => own.get(key)?.value ?? null;
  const parts = [
    ...(range ? [`ε ${numberText(Number(value('eps_low')))}/${numberText(Number(value('eps_high')))}`] : []),
    ...keys
      .filter((key) => !(range && (key === 'eps_low' || key === 'eps_high')) && shown(key))
      .map((key) => text(key, value(key))),
  ];
  const { title } = resolveStrategy(config);
  return parts.length > 0 ? `${title} (${parts.join(', ')})` : title;
}

/** One strategy: its title, and the parameters that are not at their defaults. */
export function describeStrategy(config: StrategyConfig): string {
  const own = parametersOf(config);
  const changed = (key: string) => {
    const { value, usual } = own.get(key) ?? {};
    return usual !== undefined && value !== usual;
  };
  return labelled({ config, own, shown: changed });
}

/**
 * `PPO (ε 0.2/0.2)` and `GPPO (ε 0.2/0.28)` if they differ in the clip range; `PPO` and `GPPO` if they share it. A
 * parameter that only one of them has is shown if it is not at its default. Equal labels are numbered.
 *
 * @param options.number false where one strategy may be named several times
 */
export function distinctLabels(strategies: readonly StrategyConfig[], options = { number: true }): string[] {
  const all = strategies.map(parametersOf);
  const shown = (key: string): boolean => {
    const having = all.flatMap((parameters) => parameters.get(key) ?? []);
    const [first] = having;
    if (having.length === 1) return first?.usual !== undefined && first.value !== first.usual;
    return having.some(({ value }) => value !== first?.value);
  };
  const taken = new Map<string, number>();
  return strategies.map((config, i) => {
    const label = labelled({ config, own: all[i] ?? new Map(), shown });
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    return options.number && count > 1 ? `${label} ${count}` : label;
  });
}
