import { NativeSelect } from '@mantine/core';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';
import { idOf } from './NumberField.tsx';

/** One of a few words; with `fallback`, none of them as well. */
export function ChoiceField({
  path,
  label,
  help,
  choices,
  fallback,
  disabled = false,
}: {
  path: string;
  label: string;
  help: string;
  choices: readonly string[];
  fallback?: string;
  disabled?: boolean;
}) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  return (
    <Field id={idOf(path)} label={label} help={help} paths={[path]}>
      <NativeSelect
        id={idOf(path)}
        aria-describedby={`${idOf(path)}-help`}
        size="xs"
        w={132}
        disabled={disabled}
        data={[...(fallback === undefined ? [] : [{ value: '', label: fallback }]), ...choices]}
        value={String(value ?? '')}
        onChange={(event) =>
          useRecipe.getState().set(path, event.currentTarget.value === '' ? undefined : event.currentTarget.value)
        }
      />
    </Field>
  );
}
