import { Switch } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field, helpOf, idOf } from './Field.tsx';

/** On or off. @param variant name of the strategy or task whose field it is, for a path shared by several */
export function SwitchField({ path, variant }: { path: string; variant?: string }) {
  const field = configField(path, variant);
  const value = useRecipe((recipe) => fieldOf(recipe.config, path) === true);
  return (
    <Field id={idOf(path)} label={field.label} help={helpOf(field)} paths={[path]}>
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
