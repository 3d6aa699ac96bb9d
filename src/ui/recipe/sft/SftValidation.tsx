import { Switch } from '@mantine/core';
import { configField } from '../../../run/config-fields.ts';
import { ValidationConfig } from '../../../run/config/sft.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { Field } from '../Field.tsx';
import { NumberField } from '../NumberField.tsx';

/** Whether, how often and on how many rows the validation loss is measured. */
export function SftValidation() {
  const { label, description } = configField('sft.validation');
  const present = useRecipe(({ config }) => config.sft?.validation !== undefined);
  return (
    <>
      <Field id="sft-validation" label={label} help={description} paths={['sft.validation']}>
        <Switch
          id="sft-validation"
          aria-describedby="sft-validation-help"
          size="sm"
          checked={present}
          onChange={(event) =>
            useRecipe
              .getState()
              .set('sft.validation', event.currentTarget.checked ? ValidationConfig.parse({}) : undefined)
          }
        />
      </Field>
      {present && (
        <>
          <NumberField path="sft.validation.every" />
          <NumberField path="sft.validation.rows" />
        </>
      )}
    </>
  );
}
