import { NumberInput } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { defaultText, type ConfigField } from '../../run/config/fields.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field, helpOf, idOf } from './Field.tsx';

export interface NumberFieldProps {
  /** Dotted path in the RunConfig. */
  path: string;
  /** Name of the strategy or task whose field it is, for a path shared by several. */
  variant?: string;
  /** Step of the arrow keys. */
  step?: number;
}

/** One number of the recipe. An emptied field reverts to its default. */
export function NumberField(props: NumberFieldProps) {
  const { path, variant } = props;
  const field = configField(path, variant);
  const suffix = suffixOf(field);
  return (
    <Field id={idOf(path)} label={field.label} help={helpOf(field)} paths={[path]}>
      <NumberCell {...props} width={suffix.length > 8 ? 108 : 84} suffix={suffix} />
    </Field>
  );
}

/** Two numbers on one line, such as prompts x responses. */
export function NumberPair({
  first,
  second,
  between,
}: {
  first: NumberFieldProps;
  second: NumberFieldProps;
  between: string;
}) {
  const [one, other] = [configField(first.path, first.variant), configField(second.path, second.variant)];
  const label = `${one.label} ${between} ${other.label.replace(/^[A-Z]/, (letter) => letter.toLowerCase())}`;
  return (
    <Field
      id={idOf(first.path)}
      label={label}
      help={`${helpOf(one)} ${helpOf(other)}`}
      paths={[first.path, second.path]}
    >
      <NumberCell {...first} width={47} />
      <span className="times" aria-hidden>
        {between}
      </span>
      <NumberCell {...second} width={47} />
    </Field>
  );
}

function NumberCell({ path, variant, step, suffix, width }: NumberFieldProps & { suffix?: string; width: number }) {
  const field = configField(path, variant);
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const wrong = useRecipe((recipe) => recipe.problems[path] !== undefined);
  return (
    <NumberInput
      id={idOf(path)}
      aria-label={field.label}
      aria-describedby={`${idOf(path)}-help`}
      size="xs"
      w={width}
      hideControls
      value={typeof value === 'number' ? value : ''}
      placeholder={defaultText(field) ?? ''}
      {...(step !== undefined && { step })}
      {...(suffix !== undefined && { suffix })}
      error={wrong}
      styles={{ input: { textAlign: 'right' } }}
      onChange={(next) => useRecipe.getState().set(path, typeof next === 'number' ? next : undefined)}
    />
  );
}

/** The unit after the number, unless the label contains it. */
const suffixOf = ({ unit, label }: ConfigField): string =>
  unit === undefined || label.toLowerCase().includes(unit.toLowerCase()) ? '' : ` ${unit}`;
