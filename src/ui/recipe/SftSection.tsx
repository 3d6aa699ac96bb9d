import { Switch } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';
import { FoldedSections } from './FoldedSections.tsx';
import { NumberField } from './NumberField.tsx';
import { OnDemand } from '../OnDemand.tsx';
import { ChoiceField } from './ChoiceField.tsx';
import { OptimizerFields } from './OptimizerFields.tsx';
import { optimizerPaths } from './optimizer-paths.ts';
import { SFT_SOURCES } from './sft/sft-parts.ts';
import { SftLength } from './sft/SftLength.tsx';
import { SftValidation } from './sft/SftValidation.tsx';

/** The stage before RL, off by default. */
export function SftSection() {
  const { label, description } = configField('sft');
  const present = useRecipe((recipe) => recipe.config.sft !== undefined);
  return (
    <section className="section">
      <h2 className="section-title">SFT</h2>
      <Field id="sft" label={label} help={description} paths={['sft']}>
        <Switch
          id="sft"
          size="sm"
          checked={present}
          onChange={(event) => useRecipe.getState().chooseSft(event.currentTarget.checked)}
        />
      </Field>
      {present && (
        <>
          <SftLength />
          <NumberField path="sft.batch_size" />
          <NumberField path="sft.learning_rate" step={0.001} />
          <NumberField path="sft.wrong_fraction" step={0.1} />
          <ChoiceField path="sft.loss_on" />
          <ChoiceField path="sft.truncation" />
          <SftValidation />
          <OnDemand part={SFT_SOURCES} props={{}} />
          <FoldedSections
            sections={[
              { title: 'SFT optimizer', paths: optimizerPaths('sft'), fields: <OptimizerFields stage="sft" /> },
            ]}
          />
        </>
      )}
    </section>
  );
}
