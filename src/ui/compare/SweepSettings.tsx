import { NativeSelect, TextInput } from '@mantine/core';
import { armsOf, type Measure, type Sweep } from '../../compare/sweep.ts';
import { MEASURES } from '../../compare/sweep-view.ts';
import { resolveStrategy } from '../../run/strategies/strategy-config.ts';
import { useCompare } from '../../store/compare-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { StrategyPicker } from '../objective/StrategyPicker.tsx';
import { baseText } from './base-text.ts';
import { clipRangesText } from './clip-ranges.ts';
import { VaryRows } from './VaryRows.tsx';

/** Strategies, varied and tuned fields, and seeds of a comparison on the recipe of the Train page. */
export function SweepSettings({ sweep, busy }: { sweep: Sweep | undefined; busy: boolean }) {
  const { strategies, setStrategies, seeds, setSeeds, vary, combine, tune, tuneSeeds, measure, set } = useCompare();
  const checked = useRecipe((recipe) => recipe.checked);
  return (
    <>
      <section className="section">
        <h2 className="section-title">Strategies</h2>
        <StrategyPicker strategies={strategies} scope="compare" onChange={setStrategies} disabled={busy} />
        <p className="hint">The first strategy is the baseline. {clipRangesText(strategies)}</p>
      </section>
      <section className="section">
        <h2 className="section-title">Varied fields</h2>
        <VaryRows
          rows={vary}
          name="varied"
          disabled={busy}
          combine={combine}
          onCombine={(value) => set({ combine: value })}
          onChange={(rows) => set({ vary: rows })}
        />
        <p className="hint">Each strategy is trained with every combination of these values.</p>
      </section>
      <section className="section">
        <h2 className="section-title">Tuning</h2>
        <VaryRows rows={tune} name="tuned" disabled={busy} onChange={(rows) => set({ tune: rows })} />
        {tune.length > 0 && (
          <TextInput
            size="xs"
            label="Tuning seeds"
            value={tuneSeeds}
            disabled={busy}
            onChange={(event) => set({ tuneSeeds: event.currentTarget.value })}
          />
        )}
        <p className="hint">
          Gives each arm its own best value, such as its learning rate, on seeds of their own, before the arms are
          compared on the seeds below.
        </p>
      </section>
      <section className="section">
        <TextInput
          size="xs"
          label="Seeds"
          description="Use at least 3 seeds for a verdict, better 5."
          value={seeds}
          disabled={busy}
          onChange={(event) => setSeeds(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          mt={6}
          label="Compared by"
          value={measure}
          disabled={busy}
          data={Object.entries(MEASURES).map(([value, label]) => ({ value, label: `Held-out ${label}` }))}
          onChange={(event) => set({ measure: event.currentTarget.value as Measure })}
        />
      </section>
      <section className="section">
        <h2 className="section-title">Other settings</h2>
        <p className="hint">
          From the recipe on the Train page
          {checked?.rl && `: ${baseText(checked)}`}.
        </p>
        {sweep &&
          new Set(armsOf(sweep).flatMap(({ strategy }) => (strategy ? resolveStrategy(strategy).aggregation : [])))
            .size > 1 &&
          !checked?.rl?.aggregation && (
            <p className="note warning">
              These strategies aggregate token losses differently by default. Set the aggregation in the recipe to
              compare only the gradient weights.
            </p>
          )}
      </section>
    </>
  );
}
