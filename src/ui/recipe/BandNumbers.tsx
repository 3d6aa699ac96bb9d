import './shares-field.css';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { NumberEntry } from '../inputs/NumberEntry.tsx';
import { problemIdOf } from './Field.tsx';
import type { numberFormat } from './number-format.ts';
import { withShare } from './shares.ts';

interface BandNumbersProps {
  /** Of the field with numbers by band. */
  path: string;
  /** Of the first input. */
  id: string;
  label: string;
  /** What the number of a band is called. */
  labelOf: (band: string) => string;
  bands: readonly string[];
  format: Partial<ReturnType<typeof numberFormat>>;
  step: number;
  /** What an empty box means. */
  placeholder?: string;
}

/** One number per difficulty band; those that are left empty are not in the config. */
export function BandNumbers({ path, id, label, labelOf, bands, format, step, placeholder }: BandNumbersProps) {
  const numbers = useRecipe((recipe) => fieldOf(recipe.config, path)) as Record<string, number> | undefined;
  const unparsed = useRecipe((recipe) => recipe.unparsed);
  const problems = useRecipe((recipe) => recipe.problems);
  const { type, settle } = useRecipe.getState();
  // Bands of other sizes of the task stay visible, so that they can be removed.
  const names = [...bands, ...Object.keys(numbers ?? {}).filter((name) => !bands.includes(name))];
  return (
    <span className="shares" role="group" aria-label={label}>
      {names.map((name, i) => (
        <span className="share" key={name}>
          <span aria-hidden>{name}</span>
          <NumberEntry
            id={i === 0 ? id : `${id}-${name.replaceAll(' ', '-')}`}
            label={labelOf(name)}
            describedBy={`${id}-help`}
            problemId={problemIdOf(id)}
            value={numbers?.[name]}
            text={unparsed[`${path}.${name}`]?.text}
            invalid={problems[`${path}.${name}`] !== undefined}
            format={format}
            step={step}
            {...(placeholder !== undefined && { placeholder })}
            width={placeholder === undefined ? 64 : 92}
            onEntry={(entry) => {
              if ('value' in entry) type(path, { value: withShare(numbers, name, entry.value) });
              else type(`${path}.${name}`, entry);
            }}
            onSettle={settle}
          />
        </span>
      ))}
    </span>
  );
}
