import { SegmentedControl } from '@mantine/core';
import { StrategyName } from '../../run/config.ts';
import { STRATEGIES, type StrategyParameter } from '../../run/strategies.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { NumberField, NumberPair } from './NumberField.tsx';

/** The clip rule: its name, what it does in one sentence, and its parameters. */
export function StrategySection() {
  const strategy = useRecipe((recipe) => recipe.config.rl?.strategy);
  if (!strategy) return null;
  const info = STRATEGIES[strategy.name];
  const has = (parameter: StrategyParameter) => info.parameters.includes(parameter);
  const { defaults } = info;
  return (
    <section className="section">
      <h2 className="section-title">Clip strategy</h2>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Clip strategy"
        color="indigo"
        autoContrast
        styles={{ label: { paddingInline: 2, fontSize: 12 } }}
        value={strategy.name}
        data={StrategyName.options.map((name) => ({ value: name, label: STRATEGIES[name].title }))}
        onChange={(name) => useRecipe.getState().set('rl.strategy', { name })}
      />
      <p className="hint">
        {info.summary} <span style={{ whiteSpace: 'nowrap' }}>{info.source.split(', arXiv')[0]}</span>.
      </p>
      {has('eps_low') && (
        <NumberPair
          label="ε low / high"
          help="The band of ratios r that counts as close to the old policy: from 1 - ε low to 1 + ε high."
          between="/"
          first={{ path: 'rl.strategy.eps_low', label: 'ε low', help: '', fallback: defaults.eps_low ?? '', step: 0.02 }}
          second={{ path: 'rl.strategy.eps_high', label: 'ε high', help: '', fallback: defaults.eps_high ?? '', step: 0.02 }}
        />
      )}
      {has('beta1') && <NumberField path="rl.strategy.beta1" label="β₁ below band, A<0" help="Weight kept by bad tokens that have shrunk out of the band, times 1 - ε low. 0 is PPO there; larger makes entropy fall faster." fallback={defaults.beta1 ?? ''} step={0.05} />}
      {has('beta2') && <NumberField path="rl.strategy.beta2" label="β₂ above band, A>0" help="Weight kept by good tokens that have grown out of the band, times 1 + ε high. 0 is PPO there; larger holds entropy up." fallback={defaults.beta2 ?? ''} step={0.05} />}
      {has('dual_clip') && <NumberField path="rl.strategy.dual_clip" label="Dual clip c" help="With it, a bad token whose ratio passes c gets no gradient at all, in GPPO too. Empty: off." fallback="off" />}
    </section>
  );
}
