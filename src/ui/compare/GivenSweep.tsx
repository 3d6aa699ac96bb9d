import { Button } from '@mantine/core';
import { armDifferences } from '../../compare/arm-differences.ts';
import { armsOf, type Sweep } from '../../compare/sweep.ts';
import { MEASURES } from '../../compare/sweep-view.ts';
import { scientific } from '../../run/metrics/units.ts';
import { useCompare } from '../../store/compare-store.ts';

/** A sweep that is given as a whole, by a file or a claim, in place of the settings: it has a recipe of its own. */
export function GivenSweep({ sweep, busy }: { sweep: Sweep; busy: boolean }) {
  const set = useCompare((compare) => compare.set);
  const { name, base, seeds, tune, measure, baseline } = sweep;
  const { model, task, sft, rl } = base;
  return (
    <section className="section" data-testid="given-sweep">
      <h2 className="section-title">Sweep</h2>
      <p>
        <b>{name}</b>
      </p>
      <dl className="given-sweep">
        <dt>Arms</dt>
        <dd>
          <ul>
            {armsOf(sweep).map(({ label }) => (
              <li key={label}>
                {label}
                {label === baseline && <small> baseline</small>}
              </li>
            ))}
          </ul>
        </dd>
        <dt>Seeds</dt>
        <dd>{seeds.join(', ')}</dd>
        {tune && (
          <>
            <dt>Tuned</dt>
            <dd>
              {Object.keys(tune.vary).join(', ')}, seeds {tune.seeds.join(', ')}
            </dd>
          </>
        )}
        <dt>Compared by</dt>
        <dd>held-out {MEASURES[measure ?? 'sampled']}</dd>
        <dt>Recipe</dt>
        <dd>
          {task.name}, {'checkpoint' in model ? model.checkpoint : 'new model'}
          {sft && <>, {sft.steps} SFT steps</>}
          {rl && (
            <>
              , {rl.steps} RL steps of {rl.prompts} × {rl.responses} responses, {rl.minibatches * rl.epochs} updates
              each, learning rate {scientific(rl.learning_rate)}
            </>
          )}
        </dd>
      </dl>
      <p className="hint">{armDifferences(sweep)}</p>
      <Button size="xs" variant="subtle" disabled={busy} onClick={() => set({ given: undefined })}>
        Use settings instead
      </Button>
    </section>
  );
}
