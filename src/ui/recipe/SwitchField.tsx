import { Switch } from '@mantine/core';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';
import { idOf } from './NumberField.tsx';

/** On or off. */
export function SwitchField({ path, label, help }: { path: string; label: string; help: string }) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path) === true);
  return (
    <Field id={idOf(path)} label={label} help={help} paths={[path]}>
      <Switch
        id={idOf(path)}
        aria-describedby={`${idOf(path)}-help`}
        size="sm"
        checked={value}
        onChange={(event) => useRecipe.getState().set(path, event.currentTarget.checked)}
      />
    </Field>
  );
}
