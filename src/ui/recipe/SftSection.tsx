import { Switch } from '@mantine/core';
import { SftConfig } from '../../run/config.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';
import { NumberField } from './NumberField.tsx';

const DEFAULT_SFT = SftConfig.parse({ steps: 50, batch_size: 128, learning_rate: 1e-3 });

/** The stage before RL, off unless asked for. */
export function SftSection() {
  const present = useRecipe((recipe) => recipe.config.sft !== undefined);
  return (
    <section className="section">
      <h2 className="section-title">SFT first</h2>
      <Field id="sft" label="Supervised fine-tuning" help="Train on worked solutions before RL starts." paths={['']}>
        <Switch
          id="sft"
          size="sm"
          checked={present}
          onChange={(event) => useRecipe.getState().set('sft', event.currentTarget.checked ? DEFAULT_SFT : undefined)}
        />
      </Field>
      {present && (
        <>
          <NumberField path="sft.steps" label="Steps" help="Optimizer updates." />
          <NumberField path="sft.batch_size" label="Batch" help="Examples an update." suffix=" examples" />
          <NumberField path="sft.learning_rate" label="Learning rate" help="AdamW's step size." step={0.001} />
          <NumberField
            path="sft.wrong_fraction"
            label="Wrong solutions"
            help="Share of examples whose solution is wrong, to leave RL something to win."
            step={0.1}
          />
        </>
      )}
    </section>
  );
}
