import { NativeSelect, TagsInput } from '@mantine/core';
import { fieldOf, useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { Field } from './Field.tsx';
import { idOf, NumberPair } from './NumberField.tsx';

const ALL = 'all-linear';
const GROUPS = ['embeddings', 'head', 'norms', 'layers:0'];

/**
 * Which weights the run changes: all of them, all but frozen groups, or low-rank adapters beside a frozen checkpoint.
 */
export function TrainedSection() {
  const { model } = useRecipe((recipe) => recipe.config);
  const checkpoint = useRun((run) =>
    'checkpoint' in model ? run.models.find(({ id }) => id === model.checkpoint) : undefined,
  );
  const lora = model.lora !== undefined;
  const choose = (kind: string) => {
    const { set } = useRecipe.getState();
    set('model.freeze', undefined);
    set('model.lora', kind === 'lora' ? { rank: 8, alpha: 16, targets: [ALL] } : undefined);
  };
  return (
    <section className="section" data-testid="trained">
      <h2 className="section-title">What is trained</h2>
      <Field
        id="trained"
        label="Train"
        help="All weights, or low-rank adapters (LoRA): two thin matrices beside each linear layer, while the checkpoint itself stays as it is. Adapters take far less memory."
        paths={['model.lora']}
      >
        <NativeSelect
          id="trained"
          size="xs"
          w={132}
          data-testid="trained-select"
          value={lora ? 'lora' : 'weights'}
          data={[
            { value: 'weights', label: 'the weights' },
            { value: 'lora', label: 'LoRA adapters' },
          ]}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      </Field>
      {lora ? (
        <>
          <NumberPair
            label="Rank, alpha"
            help="Rank r of the adapters, and alpha: a weight W becomes W + alpha / r B A."
            between="/"
            first={{ path: 'model.lora.rank', label: 'Rank', help: '' }}
            second={{ path: 'model.lora.alpha', label: 'Alpha', help: '' }}
          />
          <TagsField
            path="model.lora.targets"
            label="Targets"
            help="Linear layers that are adapted, by PEFT's names; all-linear for all but the head."
            choices={[ALL, ...(checkpoint?.loraTargets ?? [])]}
          />
        </>
      ) : (
        <TagsField
          path="model.freeze"
          label="Frozen"
          help="Groups of weights that stay as they are: embeddings, head, norms, or layers by their numbers from 0, as layers:0-3. Gradients and moments are neither computed nor stored for them."
          choices={GROUPS}
          placeholder="nothing"
        />
      )}
    </section>
  );
}

/** Several words of a list, or others. Without any, the field is left out. */
function TagsField({
  path,
  label,
  help,
  choices,
  placeholder,
}: {
  path: string;
  label: string;
  help: string;
  choices: string[];
  placeholder?: string;
}) {
  const found = useRecipe((recipe) => fieldOf(recipe.config, path));
  const values = Array.isArray(found) ? (found as string[]) : [];
  const id = idOf(path);
  return (
    <Field id={id} label={label} help={help} paths={[path, ...values.map((_, i) => `${path}.${i}`)]}>
      <TagsInput
        id={id}
        aria-describedby={`${id}-help`}
        size="xs"
        w={172}
        styles={{ input: { height: 'auto' } }}
        data={choices}
        value={values}
        {...(values.length === 0 && placeholder !== undefined && { placeholder })}
        onChange={(next) => useRecipe.getState().set(path, next.length === 0 ? undefined : next)}
      />
    </Field>
  );
}
