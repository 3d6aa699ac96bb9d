import { TextInput } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { nameOf } from '../../store/recipe.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { Field, idOf, problemIdOf } from './Field.tsx';

const PATH = 'name';

/** The name of the next run; if empty, the run is named after its recipe. */
export function NameField() {
  const { label, description } = configField(PATH);
  const config = useRecipe((recipe) => recipe.config);
  const wrong = useRecipe((recipe) => recipe.problems[PATH] !== undefined);
  const { type, settle } = useRecipe.getState();
  const automatic = nameOf({ ...config, name: undefined });
  return (
    <Field
      id={idOf(PATH)}
      label={label}
      help={`${description} If empty, the run is named after its strategy, task and seed.`}
      paths={[PATH]}
    >
      <TextInput
        id={idOf(PATH)}
        aria-describedby={`${idOf(PATH)}-help ${wrong ? problemIdOf(idOf(PATH)) : ''}`.trim()}
        size="xs"
        w={180}
        maxLength={200}
        autoComplete="off"
        placeholder={automatic}
        {...(!config.name && { title: automatic })}
        value={config.name ?? ''}
        error={wrong}
        onChange={({ currentTarget: { value } }) => type(PATH, { value: value === '' ? undefined : value })}
        onBlur={() => {
          // Spaces alone are not a name.
          const trimmed = config.name?.trim();
          if (trimmed !== config.name) type(PATH, { value: trimmed === '' ? undefined : trimmed });
          settle();
        }}
      />
    </Field>
  );
}
