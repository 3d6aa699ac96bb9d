import { configField } from '../../run/config-fields.ts';
import { defaultText, type ConfigField } from '../../run/config/fields.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { NumberEntry } from '../inputs/NumberEntry.tsx';
import { Field, helpOf, idOf, problemIdOf } from './Field.tsx';
import { numberFormat } from './number-format.ts';

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
  return (
    <Field id={idOf(path)} label={field.label} help={helpOf(field)} paths={[path]}>
      <NumberCell {...props} width={hasUnit(field) ? 116 : 84} showUnit={hasUnit(field)} />
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
      <NumberCell {...first} width={52} />
      <span className="times" aria-hidden>
        {between}
      </span>
      <NumberCell {...second} width={52} fieldPath={first.path} />
    </Field>
  );
}

/** @param fieldPath path of the line's first number, whose help and problem are those of the line */
function NumberCell({
  path,
  variant,
  step,
  fieldPath = path,
  ...shown
}: NumberFieldProps & { fieldPath?: string; showUnit?: boolean; width: number }) {
  const field = configField(path, variant);
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const unparsed = useRecipe((recipe) => recipe.unparsed[path]);
  const wrong = useRecipe((recipe) => recipe.problems[path] !== undefined);
  const { type, settle } = useRecipe.getState();
  return (
    <NumberEntry
      id={idOf(path)}
      label={field.label}
      describedBy={`${idOf(fieldPath)}-help`}
      problemId={problemIdOf(idOf(fieldPath))}
      value={typeof value === 'number' ? value : undefined}
      text={unparsed?.text}
      invalid={wrong}
      format={numberFormat(field)}
      step={step ?? 1}
      placeholder={defaultText(field) ?? ''}
      {...shown}
      onEntry={(entry) => type(path, entry)}
      onSettle={settle}
    />
  );
}

/** Whether the unit is shown after the number: unless the label contains it. */
const hasUnit = ({ unit, label }: ConfigField): boolean =>
  unit !== undefined && !label.toLowerCase().includes(unit.toLowerCase());
