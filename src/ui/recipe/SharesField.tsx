import { configField } from '../../run/config-fields.ts';
import { defaultText } from '../../run/config/fields.ts';
import { declarationOf } from '../../run/config/task.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { BandNumbers } from './BandNumbers.tsx';
import { Field, helpOf, idOf } from './Field.tsx';

/** The share of each difficulty band of a task; empty boxes say whether bands occur as they do, or not at all. */
export function SharesField({ path, variant }: { path: string; variant?: string }) {
  const field = configField(path, variant);
  const task = useRecipe((recipe) => recipe.config.task);
  const shares = useRecipe((recipe) => fieldOf(recipe.config, path)) as Record<string, number> | undefined;
  // Empty boxes say whether bands occur as they do, or not at all.
  const placeholder = shares ? 'none' : (defaultText(field) ?? '');
  const bands = declarationOf(task.name)?.bands(task) ?? [];
  const paths = [path, ...[...bands, ...Object.keys(shares ?? {})].map((name) => `${path}.${name}`)];
  return (
    <Field id={idOf(path)} label={field.label} help={helpOf(field)} paths={paths}>
      <BandNumbers
        path={path}
        id={idOf(path)}
        label={field.label}
        labelOf={(band) => `Share of ${band}`}
        bands={bands}
        format={{ minimum: 0, exclusive: true, empty: placeholder }}
        placeholder={placeholder}
        step={1}
      />
    </Field>
  );
}
