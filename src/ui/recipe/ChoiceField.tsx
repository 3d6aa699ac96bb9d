import { NativeSelect } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { defaultText } from '../../run/config/fields.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field, helpOf, idOf } from './Field.tsx';

interface ChoiceFieldProps {
  path: string;
  /** Name of the strategy or task whose field it is, for a path shared by several. */
  variant?: string;
  disabled?: boolean;
}

/** One of the schema's values, or none if the field is optional. */
export function ChoiceField({ path, variant, disabled = false }: ChoiceFieldProps) {
  const field = configField(path, variant);
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const usual = defaultText(field);
  const mayBeAbsent = field.absent !== undefined || value === undefined;
  const choices = (field.choices ?? []).filter((choice) => !mayBeAbsent || choice !== usual || choice === value);
  return (
    <Field id={idOf(path)} label={field.label} help={helpOf(field)} paths={[path]}>
      <NativeSelect
        id={idOf(path)}
        aria-describedby={`${idOf(path)}-help`}
        size="xs"
        w={132}
        disabled={disabled}
        data={[...(mayBeAbsent ? [{ value: '', label: usual ?? '' }] : []), ...choices]}
        value={String(value ?? '')}
        onChange={(event) =>
          useRecipe.getState().set(path, event.currentTarget.value === '' ? undefined : event.currentTarget.value)
        }
      />
    </Field>
  );
}
