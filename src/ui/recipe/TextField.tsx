import { Textarea } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { defaultText } from '../../run/config/fields.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field, helpOf, idOf, problemIdOf } from './Field.tsx';

/** A text of the recipe. @param variant name of the strategy or task whose field it is, for a path shared by several */
export function TextField({ path, variant }: { path: string; variant?: string }) {
  const field = configField(path, variant);
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const wrong = useRecipe((recipe) => recipe.problems[path] !== undefined);
  const { type, settle } = useRecipe.getState();
  const id = idOf(path);
  return (
    <Field id={id} label={field.label} help={helpOf(field)} paths={[path]}>
      <Textarea
        id={id}
        aria-describedby={`${id}-help ${wrong ? problemIdOf(id) : ''}`.trim()}
        size="xs"
        w={150}
        autosize
        minRows={1}
        maxRows={5}
        styles={{ input: { height: 'auto' } }}
        placeholder={defaultText(field) ?? ''}
        value={typeof value === 'string' ? value : ''}
        error={wrong}
        onChange={({ currentTarget: { value: text } }) => type(path, { value: text === '' ? undefined : text })}
        onBlur={settle}
      />
    </Field>
  );
}
