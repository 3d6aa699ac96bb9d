import {
  STRATEGY_NAMES,
  strategyInfo,
  type BuiltInStrategy,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';
import { configField } from '../../run/config-fields.ts';
import { customStrategies } from '../../store/alternatives.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useStrategies } from '../../store/strategies-store.ts';
import { SearchSelect } from '../inputs/SearchSelect.tsx';
import { NextRunMark } from './NextRunMark.tsx';
import { ChoiceField } from './ChoiceField.tsx';
import { NumberField, NumberPair } from './NumberField.tsx';
import { SourceMark } from './SourceMark.tsx';
import { SwitchField } from './SwitchField.tsx';

/**
 * The clip strategy: its name, what it does in one sentence, and its parameters.
 *
 * @param basic without the fields that all strategies share
 */
export function StrategySection({ basic = false }: { basic?: boolean }) {
  const strategy = useRecipe((recipe) => recipe.config.rl?.strategy);
  if (!strategy) return null;
  return (
    <section className="section">
      <h2 className="section-title">
        {configField('rl.strategy').label}
        <NextRunMark paths={['rl.strategy']} />
        <SourceMark label={configField('rl.strategy').label} paths={['rl.strategy.name']} />
      </h2>
      <StrategySelect strategy={strategy} onChange={(next) => useRecipe.getState().chooseStrategy(next)} />
      {strategy.name === 'custom' ? (
        <p className="hint">Custom strategy: edited, checked and plotted on the Objective page.</p>
      ) : (
        <BuiltIn name={strategy.name as BuiltInStrategy} />
      )}
      <StrategyProblem />
      {!basic && (
        <>
          <NumberField path="rl.tis_cap" step={0.5} />
          <NumberField path="rl.tis_floor" step={0.1} />
          <ChoiceField path="rl.tis_level" />
        </>
      )}
    </section>
  );
}

/** A problem of the strategy as a whole, such as a custom one that does not compile. */
function StrategyProblem() {
  const problem = useRecipe(({ problems }) =>
    ['rl.strategy', 'rl.strategy.source', 'rl.strategy.parameters'].map((path) => problems[path]).find(Boolean),
  );
  return problem === undefined ? null : (
    <p className="field-problem" role="alert">
      {problem}
    </p>
  );
}

export function StrategySelect({
  strategy,
  onChange,
  label = configField('rl.strategy').label,
}: {
  strategy: StrategyConfig;
  onChange: (strategy: StrategyConfig) => void;
  label?: string;
}) {
  const saved = useStrategies((state) => state.strategies);
  const alternatives = useRecipe((recipe) => recipe.alternatives);
  // Custom strategies of this recipe may be unsaved.
  const listed = [
    ...saved,
    ...customStrategies(alternatives).filter(({ title }) => !saved.some((one) => one.title === title)),
  ];
  const options = listed.map(({ title }) => ({ value: `custom:${title}`, label: title }));
  return (
    <SearchSelect
      label={label}
      maxDropdownHeight={360}
      entries={[
        {
          group: 'Built-in strategies',
          items: STRATEGY_NAMES.map((name) => ({ value: name, label: strategyInfo(name).title })),
        },
        ...(options.length > 0 ? [{ group: 'Custom strategies', items: options }] : []),
      ]}
      value={strategy.name === 'custom' ? `custom:${strategy.title as string}` : strategy.name}
      onChange={(value) => {
        const custom = listed.find(({ title }) => `custom:${title}` === value);
        if (custom) onChange(custom);
        else if (!value.startsWith('custom:')) onChange({ name: value as BuiltInStrategy });
      }}
    />
  );
}

function BuiltIn({ name }: { name: BuiltInStrategy }) {
  const info = strategyInfo(name);
  const rest = Object.entries(info.parameters).filter(([key]) => key !== 'eps_low' && key !== 'eps_high');
  const { eps_low: low, eps_high: high } = info.parameters;
  const band = low && high && !low.zonesOnly;
  return (
    <>
      <p className="hint">
        {info.summary} <span style={{ whiteSpace: 'nowrap' }}>{info.paper.title}</span>.
      </p>
      {band && (
        <NumberPair
          first={{ path: 'rl.strategy.eps_low', variant: name, step: low.step }}
          between="/"
          second={{ path: 'rl.strategy.eps_high', variant: name, step: high.step }}
        />
      )}
      {rest.map(([key, { default: usual, step }]) =>
        typeof usual === 'boolean' ? (
          <SwitchField key={key} path={`rl.strategy.${key}`} variant={name} />
        ) : (
          <NumberField key={key} path={`rl.strategy.${key}`} variant={name} step={step} />
        ),
      )}
    </>
  );
}
