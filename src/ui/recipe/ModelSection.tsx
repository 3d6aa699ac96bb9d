import { Button, NativeSelect } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useRef } from 'react';
import { CONFIG_FIELDS, configField } from '../../run/config-fields.ts';
import { isBasicField } from '../../run/recipe-fields.ts';
import type { TaskConfig } from '../../run/config/task.ts';
import { usePage } from '../../store/page-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { compact } from '../format.ts';
import { OnDemand } from '../OnDemand.tsx';
import { fromInput } from '../picked-files.ts';
import { useAddCheckpoint } from '../use-add-checkpoint.ts';
import { Field } from './Field.tsx';
import { DATASET_FIELDS } from './recipe-parts.ts';
import { SectionFields } from './SectionFields.tsx';

/** The value of a model with random weights in the list of checkpoints. */
const NEW_WEIGHTS = 'architecture';

/** The checkpoint a run starts from, and its task. @param basic only the task's main size */
export function ModelSection({ basic }: { basic: boolean }) {
  const start = configField('model.checkpoint');
  const models = useRun((run) => run.models);
  const source = useRecipe((recipe) => recipe.config.model);
  const chosen = 'checkpoint' in source ? models.find(({ id }) => id === source.checkpoint) : undefined;
  const reading = useRun((run) => run.reading);
  const sourceId = 'checkpoint' in source ? source.checkpoint : NEW_WEIGHTS;
  const fresh = useRecipe((recipe) => recipe.alternatives.architecture);
  const choices = models.map(({ id, name }) => ({ value: id, label: name }));
  // A recipe from a file may name a model that the page does not have: report it rather than show another one.
  if (models.length > 0 && !chosen && 'checkpoint' in source)
    choices.push({ value: sourceId, label: `${source.checkpoint} (not available)` });
  const shape = 'architecture' in source ? source : fresh;
  if (shape && 'architecture' in shape)
    choices.push({
      value: NEW_WEIGHTS,
      label: `new weights, ${shape.architecture.layers} × ${shape.architecture.hidden_size}`,
    });
  const folder = useRef<HTMLInputElement>(null);
  const addCheckpoint = useAddCheckpoint();
  const choose = (id: string) => {
    if (id === NEW_WEIGHTS) useRecipe.getState().chooseNewWeights();
    const found = models.find((model) => model.id === id);
    if (found) useRecipe.getState().startFrom(found);
  };
  return (
    <section className="section">
      <h2 className="section-title">Model and task</h2>
      <Field
        id="model"
        label={start.label}
        help={start.description}
        paths={['model', 'model.checkpoint', 'model.architecture', 'model.architecture.max_positions']}
      >
        <NativeSelect
          id="model"
          size="xs"
          w={168}
          data-testid="model-select"
          value={sourceId}
          data={choices}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      </Field>
      {chosen && (
        <p className="hint">
          {compact(chosen.parameters)} parameters, {chosen.layers} layers, hidden size {chosen.hiddenSize},{' '}
          {chosen.heads} heads, {chosen.vocabularySize} tokens. {chosen.description}
          {!chosen.hasTokenizer && ' It has no tokenizer, which training on a task needs.'}
        </p>
      )}
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="folder-input"
        aria-label="Checkpoint folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          if (event.currentTarget.files) void addCheckpoint(fromInput(event.currentTarget.files));
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="subtle"
        size="compact-xs"
        mt={4}
        ml={-6}
        loading={reading}
        leftSection={<IconFolderOpen size={14} aria-hidden />}
        onClick={() => folder.current?.click()}
      >
        Open a folder
      </Button>
      <span className="hint"> or drop one here</span>
      <TaskFields basic={basic} />
    </section>
  );
}

const TASK_NAMES = CONFIG_FIELDS.filter(({ path }) => path === 'task.name');
const TASKS = TASK_NAMES.flatMap(({ choices = [] }) => choices);
const ABOUT_TASKS = `What the model learns. ${TASK_NAMES.map(({ description }) => description).join(' ')}`;

function TaskFields({ basic }: { basic: boolean }) {
  const task = useRecipe((recipe) => recipe.config.task);
  const { label } = configField('task.name');
  return (
    <>
      <Field id="task" label={label} help={ABOUT_TASKS} paths={['task', 'task.name']}>
        <NativeSelect
          id="task"
          size="xs"
          w={126}
          data={TASKS}
          value={task.name}
          onChange={(event) => {
            // Files and columns are chosen on the Data page.
            if (!useRecipe.getState().chooseTask(event.currentTarget.value as TaskConfig['name']))
              usePage.getState().go('data');
          }}
        />
      </Field>
      {task.name === 'dataset' && <OnDemand part={DATASET_FIELDS} props={{ task }} />}
      <SectionFields section="task" variant={task.name} only={basic ? (path) => isBasicField(path, {}) : undefined} />
    </>
  );
}
