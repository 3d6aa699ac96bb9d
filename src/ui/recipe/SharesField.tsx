import './shares-field.css';
import { configField } from '../../run/config-fields.ts';
import { defaultText } from '../../run/config/fields.ts';
import { declarationOf } from '../../run/config/task.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { NumberEntry } from '../inputs/NumberEntry.tsx';
import { Field, helpOf, idOf, problemIdOf } from './Field.tsx';
import { withShare } from './shares.ts';

/** The share of each difficulty band of a task; empty boxes say whether bands occur as they do, or not at all. */
export function SharesField({ path, variant }: { path: string; variant?: string }) {
  const field = configField(path, variant);
  const task = useRecipe((recipe) => recipe.config.task);
  const shares = useRecipe((recipe) => fieldOf(recipe.config, path)) as Record<string, number> | undefined;
  const unparsed = useRecipe((recipe) => recipe.unparsed);
  const problems = useRecipe((recipe) => recipe.problems);
  const { type, settle } = useRecipe.getState();
  const placeholder = shares ? 'none' : (defaultText(field) ?? '');
  const known = declarationOf(task.name)?.bands(task) ?? [];
  // Bands of other sizes of the task stay visible, so that they can be removed.
  const names = [...known, ...Object.keys(shares ?? {}).filter((name) => !known.includes(name))];
  const [id, first] = [idOf(path), known[0]];
  const idOfShare = (name: string) => (name === first ? id : `${id}-${name.replaceAll(' ', '-')}`);
  const paths = [path, ...names.map((name) => `${path}.${name}`)];
  return (
    <Field id={id} label={field.label} help={helpOf(field)} paths={paths}>
      <span className="shares" role="group" aria-label={field.label}>
        {names.map((name) => (
          <span className="share" key={name}>
            <span aria-hidden>{name}</span>
            <NumberEntry
              id={idOfShare(name)}
              label={`Share of ${name}`}
              describedBy={`${id}-help`}
              problemId={problemIdOf(id)}
              value={shares?.[name]}
              text={unparsed[`${path}.${name}`]?.text}
              invalid={problems[`${path}.${name}`] !== undefined}
              format={{ minimum: 0, exclusive: true, empty: placeholder }}
              step={1}
              placeholder={placeholder}
              width={92}
              onEntry={(entry) => {
                if ('value' in entry) type(path, { value: withShare(shares, name, entry.value) });
                else type(`${path}.${name}`, entry);
              }}
              onSettle={settle}
            />
          </span>
        ))}
      </span>
    </Field>
  );
}
