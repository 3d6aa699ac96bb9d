import { Select } from '@mantine/core';
import {
  STRATEGY_NAMES,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useStrategies } from '../../store/strategies-store.ts';
import { NumberField, NumberPair } from './NumberField.tsx';
import { rangeText } from './parameter-range.ts';
import { SwitchField } from './SwitchField.tsx';

/** The clip rule: its name, what it does in one sentence, and its parameters. */
export function StrategySection() {
  const strategy = useRecipe((recipe) => recipe.config.rl?.strategy);
  if (!strategy) return null;
  return (
    <section className="section">
      <h2 className="section-title">Clip strategy</h2>
      <StrategySelect strategy={strategy} onChange={(next) => useRecipe.getState().set('rl.strategy', next)} />
      {strategy.name === 'custom' ? (
        <p className="hint">A rule of your own. It is written, checked and plotted on the Objective page.</p>
      ) : (
        <BuiltIn name={strategy.name as BuiltInStrategy} />
      )}
      <NumberField
        path="rl.tis_cap"
        label="Importance correction"
        help="Truncated importance sampling, for the gap between sampler and trainer; goes with every strategy. Tokens are weighted by pi_old / pi_sampler, at most this (verl: 2). Empty: off."
        fallback="off"
        step={0.5}
      />
    </section>
  );
}

export function StrategySelect({
  strategy,
  onChange,
  label = 'Clip strategy',
}: {
  strategy: StrategyConfig;
  onChange: (strategy: StrategyConfig) => void;
  label?: string;
}) {
  const rules = useStrategies((state) => state.rules);
  const own = rules.map((rule) => ({ value: `rule:${rule.title}`, label: rule.title }));
  // A rule that is used without having been saved.
  if (strategy.name === 'custom' && !rules.some(({ title }) => title === strategy.title))
    own.push({ value: `rule:${strategy.title as string}`, label: strategy.title as string });
  return (
    <Select
      size="xs"
      aria-label={label}
      allowDeselect={false}
      searchable
      maxDropdownHeight={360}
      data={[
        {
          group: 'Built in',
          items: STRATEGY_NAMES.map((name) => ({ value: name as string, label: strategyInfo(name).title })),
        },
        ...(own.length > 0 ? [{ group: 'Your rules', items: own }] : []),
      ]}
      value={strategy.name === 'custom' ? `rule:${strategy.title as string}` : strategy.name}
      onChange={(value) => {
        const rule = rules.find(({ title }) => `rule:${title}` === value);
        if (rule) onChange(rule);
        else if (value !== null && !value.startsWith('rule:')) onChange({ name: value as BuiltInStrategy });
      }}
    />
  );
}

function BuiltIn({ name }: { name: BuiltInStrategy }) {
  const info = strategyInfo(name);
  const band = info.parameters.eps_low && info.parameters.eps_high;
  const rest = Object.entries(info.parameters).filter(([key]) => key !== 'eps_low' && key !== 'eps_high');
  const { eps_low: low, eps_high: high } = info.parameters;
  return (
    <>
      <p className="hint">
        {info.summary} <span style={{ whiteSpace: 'nowrap' }}>{info.paper.title}</span>.
      </p>
      {band && low && high && !low.zonesOnly && (
        <NumberPair
          label="ε low / high"
          help={`${low.help} ${high.help} ${rangeText(low)}`}
          between="/"
          first={{
            path: 'rl.strategy.eps_low',
            label: low.label,
            help: low.help,
            fallback: low.default as number,
            step: low.step,
          }}
          second={{
            path: 'rl.strategy.eps_high',
            label: high.label,
            help: high.help,
            fallback: high.default as number,
            step: high.step,
          }}
        />
      )}
      {rest.map(([key, parameter]) =>
        typeof parameter.default === 'boolean' ? (
          <SwitchField key={key} path={`rl.strategy.${key}`} label={parameter.label} help={parameter.help} />
        ) : (
          <NumberField
            key={key}
            path={`rl.strategy.${key}`}
            label={parameter.label}
            help={`${parameter.help} ${rangeText(parameter)}`}
            fallback={parameter.default ?? 'off'}
            step={parameter.step}
          />
        ),
      )}
    </>
  );
}
