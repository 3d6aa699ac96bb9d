import { NumberInput } from '@mantine/core';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { Field } from './Field.tsx';

export interface NumberFieldProps {
  /** Dotted path in the RunConfig. */
  path: string;
  label: string;
  help: string;
  /** Shown while the field is empty, where it is not the default that then holds. */
  fallback?: number | string;
  step?: number;
  suffix?: string;
  disabled?: boolean;
}

/** One number of the recipe. An emptied field goes back to its default. */
export function NumberField(props: NumberFieldProps) {
  const { path, label, help } = props;
  return (
    <Field id={idOf(path)} label={label} help={help} paths={[path]}>
      <NumberCell {...props} width={84} />
    </Field>
  );
}

/** Two numbers on one line, such as prompts x responses. */
export function NumberPair({
  label,
  help,
  first,
  second,
  between,
}: {
  label: string;
  help: string;
  first: NumberFieldProps;
  second: NumberFieldProps;
  between: string;
}) {
  return (
    <Field id={idOf(first.path)} label={label} help={help} paths={[first.path, second.path]}>
      <NumberCell {...first} width={47} />
      <span className="times" aria-hidden>
        {between}
      </span>
      <NumberCell {...second} width={47} />
    </Field>
  );
}

function NumberCell({ path, label, fallback, step, suffix, disabled, width }: NumberFieldProps & { width: number }) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const usual = useRecipe((recipe) => (recipe.checked ? fieldOf(recipe.checked, path) : undefined));
  const wrong = useRecipe((recipe) => recipe.problems[path] !== undefined);
  return (
    <NumberInput
      id={idOf(path)}
      aria-label={label}
      aria-describedby={`${idOf(path)}-help`}
      size="xs"
      w={width}
      hideControls
      value={typeof value === 'number' ? value : ''}
      placeholder={String(fallback ?? usual ?? '')}
      {...(step !== undefined && { step })}
      {...(suffix !== undefined && { suffix })}
      disabled={disabled ?? false}
      error={wrong}
      styles={{ input: { textAlign: 'right' } }}
      onChange={(next) => useRecipe.getState().set(path, typeof next === 'number' ? next : undefined)}
    />
  );
}

export const idOf = (path: string): string => `field-${path.replaceAll('.', '-')}`;
