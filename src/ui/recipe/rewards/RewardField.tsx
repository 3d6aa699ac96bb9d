import { NativeSelect, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { defaultText, type ConfigField } from '../../../run/config/fields.ts';
import { fieldOf, useRecipe } from '../../../store/recipe-store.ts';
import { NumberEntry } from '../../inputs/NumberEntry.tsx';
import { OnDemand } from '../../OnDemand.tsx';
import { Field, helpOf, problemIdOf } from '../Field.tsx';
import { numberFormat } from '../number-format.ts';
import { codeProblems, sourceProblem } from './reward-fields.ts';
import { SOURCE_EDITOR } from './reward-parts.ts';

export interface RewardFieldProps {
  field: ConfigField;
  /** Path in the recipe: `task.rewards.0.pattern`. */
  path: string;
  id: string;
}

/** One field of a reward. */
export function RewardField(props: RewardFieldProps) {
  const { field, path, id } = props;
  if (field.path === 'source') return <SourceField {...props} />;
  const problems = [path, ...(field.kind === 'list' ? listPaths(path) : [])];
  return (
    <Field id={id} label={field.label} help={helpOf(field)} paths={problems}>
      <Input {...props} />
    </Field>
  );
}

/** An issue of an entry of a list is shown at the list. */
const listPaths = (path: string): string[] => Array.from({ length: 8 }, (_, i) => `${path}.${i}`);

function Input(props: RewardFieldProps) {
  switch (props.field.kind) {
    case 'number':
    case 'integer':
      return <NumberInput {...props} />;
    case 'switch':
      return <SwitchInput {...props} />;
    case 'choice':
      return <ChoiceInput {...props} />;
    case 'list':
      return <ListInput {...props} />;
    case 'section':
    case 'shares':
      return <JsonInput {...props} />;
    case 'text':
      return <TextField {...props} />;
  }
}

export function NumberInput({
  field,
  path,
  id,
  label = field.label,
  width = field.unit === undefined ? 92 : 116,
  placeholder = defaultText(field) ?? '',
}: RewardFieldProps & NumberLook) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const text = useRecipe((recipe) => recipe.unparsed[path]?.text);
  const invalid = useRecipe((recipe) => recipe.problems[path] !== undefined);
  const { type, settle } = useRecipe.getState();
  return (
    <NumberEntry
      id={id}
      label={label}
      describedBy={`${id}-help`}
      problemId={problemIdOf(id)}
      value={typeof value === 'number' ? value : undefined}
      text={text}
      invalid={invalid}
      format={numberFormat(field)}
      showUnit={field.unit !== undefined}
      step={field.kind === 'integer' ? 1 : 0.1}
      placeholder={placeholder}
      width={width}
      onEntry={(entry) => type(path, entry)}
      onSettle={settle}
    />
  );
}

interface NumberLook {
  label?: string;
  /** Pixels. */
  width?: number;
  /** Defaults to what an empty field means. */
  placeholder?: string;
}

function SwitchInput({ path, id }: RewardFieldProps) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path) === true);
  return (
    <Switch
      id={id}
      aria-describedby={`${id}-help`}
      size="sm"
      checked={value}
      onChange={(event) => useRecipe.getState().set(path, event.currentTarget.checked)}
    />
  );
}

function ChoiceInput({ field, path, id }: RewardFieldProps) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  return (
    <NativeSelect
      id={id}
      aria-describedby={`${id}-help`}
      size="xs"
      w={92}
      data={[...(field.choices ?? [])]}
      value={String(value ?? defaultText(field) ?? '')}
      onChange={(event) => useRecipe.getState().set(path, event.currentTarget.value)}
    />
  );
}

function ListInput({ path, id }: RewardFieldProps) {
  const found = useRecipe((recipe) => fieldOf(recipe.config, path));
  const values = Array.isArray(found) ? (found as string[]) : [];
  return (
    <TagsInput
      id={id}
      aria-describedby={`${id}-help`}
      size="xs"
      w={150}
      styles={{ input: { height: 'auto' } }}
      value={values}
      onChange={(next) => useRecipe.getState().set(path, next)}
    />
  );
}

function TextField({ field, path, id }: RewardFieldProps) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const invalid = useRecipe((recipe) => recipe.problems[path] !== undefined);
  const { type, settle } = useRecipe.getState();
  return (
    <TextInput
      id={id}
      aria-describedby={invalid ? `${id}-help ${problemIdOf(id)}` : `${id}-help`}
      size="xs"
      w={150}
      autoComplete="off"
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={typeof value === 'string' ? value : ''}
      placeholder={field.absent ?? ''}
      error={invalid}
      onChange={(event) => {
        const text = event.currentTarget.value;
        // A text that must be there stays empty, with its problem.
        type(path, { value: text === '' && !field.required ? undefined : text });
      }}
      onBlur={settle}
    />
  );
}

/** An object as JSON; a text that is no JSON is kept with its problem. */
function JsonInput({ field, path, id }: RewardFieldProps) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const unparsed = useRecipe((recipe) => recipe.unparsed[path]?.text);
  const invalid = useRecipe((recipe) =>
    Object.keys(recipe.problems).some((one) => one === path || one.startsWith(`${path}.`)),
  );
  const { type, settle } = useRecipe.getState();
  return (
    <Textarea
      id={id}
      aria-describedby={invalid ? `${id}-help ${problemIdOf(id)}` : `${id}-help`}
      size="xs"
      w={180}
      autosize
      minRows={1}
      maxRows={10}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', height: 'auto', lineHeight: 1.4 } }}
      value={unparsed ?? (value === undefined ? '' : JSON.stringify(value))}
      placeholder={field.absent ?? ''}
      error={invalid}
      onChange={(event) => type(path, jsonEntry(event.currentTarget.value))}
      onBlur={settle}
    />
  );
}

function jsonEntry(text: string): { value: unknown } | { text: string; problem: string } {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { text, problem: 'Expected an object as JSON, such as {"type": "object"}.' };
  }
}

function SourceField({ field, path, id }: RewardFieldProps) {
  const value = useRecipe((recipe) => fieldOf(recipe.config, path));
  const found = useRecipe((recipe) => recipe.problems[path]);
  const problem = found === undefined ? undefined : sourceProblem(found);
  const problems = useMemo(() => codeProblems(problem), [problem]);
  return (
    <div className="reward-source" id={id}>
      <p className="hint">{field.description}</p>
      <OnDemand
        part={SOURCE_EDITOR}
        props={{
          label: 'JavaScript of the reward',
          source: typeof value === 'string' ? value : '',
          problems,
          onChange: (source) => useRecipe.getState().type(path, { value: source }),
        }}
        waiting={<div className="reward-source-waiting" />}
      />
      {problem !== undefined && (
        <span className="field-problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
