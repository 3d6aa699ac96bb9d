import { NativeSelect } from '@mantine/core';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';
import { idOf } from './NumberField.tsx';

/** One of a few words. */
export function ChoiceField({ path, label, help, choices }: { path: string; label: string; help: string; choices: readonly string[] }) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  return (
    <Field id={idOf(path)} label={label} help={help} paths={[path]}>
      <NativeSelect id={idOf(path)} aria-describedby={`${idOf(path)}-help`} size="xs" w={132} data={[...choices]} value={String(value ?? '')} onChange={(event) => useRecipe.getState().set(path, event.currentTarget.value)} />
    </Field>
  );
}
