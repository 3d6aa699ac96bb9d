import { NativeSelect, TagsInput } from '@mantine/core';
import { configField } from '../../run/config-fields.ts';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { Field, helpOf, idOf } from './Field.tsx';
import { NumberPair } from './NumberField.tsx';

const ALL = 'all-linear';
const GROUPS = ['embeddings', 'head', 'norms', 'layers:0'];

/** Which weights the run changes: all of them, all but frozen groups, or low-rank adapters on a frozen checkpoint. */
export function TrainedSection() {
  const trainable = configField('model.lora');
  const { model } = useRecipe((recipe) => recipe.config);
  const checkpoint = useRun((run) =>
    'checkpoint' in model ? run.models.find(({ id }) => id === model.checkpoint) : undefined,
  );
  const lora = model.lora !== undefined;
  return (
    <section className="section" data-testid="trained">
      <h2 className="section-title">Trainable weights</h2>
      <Field id="trained" label={trainable.label} help={trainable.description} paths={['model.lora']}>
        <NativeSelect
          id="trained"
          size="xs"
          w={132}
          data-testid="trained-select"
          value={lora ? 'lora' : 'weights'}
          data={[
            { value: 'weights', label: trainable.absent ?? '' },
            { value: 'lora', label: 'LoRA' },
          ]}
          onChange={(event) => useRecipe.getState().chooseTrainable(event.currentTarget.value as 'weights' | 'lora')}
        />
      </Field>
      {lora ? (
        <>
          <NumberPair first={{ path: 'model.lora.rank' }} between="/" second={{ path: 'model.lora.alpha' }} />
          <TagsField path="model.lora.targets" choices={[ALL, ...(checkpoint?.loraTargets ?? [])]} />
        </>
      ) : (
        <TagsField path="model.freeze" choices={GROUPS} />
      )}
    </section>
  );
}

/** Several list values, or custom ones. An empty selection omits the field. */
function TagsField({ path, choices }: { path: string; choices: string[] }) {
  const field = configField(path);
  const found = useRecipe((recipe) => fieldOf(recipe.config, path));
  const values = Array.isArray(found) ? (found as string[]) : [];
  const id = idOf(path);
  return (
    <Field id={id} label={field.label} help={helpOf(field)} paths={[path, ...values.map((_, i) => `${path}.${i}`)]}>
      <TagsInput
        id={id}
        aria-describedby={`${id}-help`}
        size="xs"
        w={172}
        styles={{ input: { height: 'auto' } }}
        data={choices}
        value={values}
        {...(values.length === 0 && field.absent !== undefined && { placeholder: field.absent })}
        onChange={(next) => useRecipe.getState().set(path, next.length === 0 ? undefined : next)}
      />
    </Field>
  );
}
