import { Button, NativeSelect } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useRef } from 'react';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { compact } from '../format.ts';
import { fromInput } from '../picked-files.ts';
import { useAddCheckpoint } from '../use-add-checkpoint.ts';
import { Field } from './Field.tsx';
import { NumberField, NumberPair } from './NumberField.tsx';

/** The checkpoint a run starts from, and its task. */
export function ModelSection() {
  const all = useRun((run) => run.models);
  const models = all.filter(({ problem }) => problem === undefined);
  const source = useRecipe((recipe) => recipe.config.model);
  const chosen = 'checkpoint' in source ? models.find(({ id }) => id === source.checkpoint) : undefined;
  const reading = useRun((run) => run.reading);
  const sourceId = 'checkpoint' in source ? source.checkpoint : 'architecture';
  const choices = models.map(({ id, name }) => ({ value: id, label: name }));
  // A recipe from a file may start from what the page does not have: say so rather than show another model.
  if (models.length > 0 && !chosen)
    choices.push({
      value: sourceId,
      label:
        'checkpoint' in source
          ? `${source.checkpoint} (not here)`
          : `new weights, ${source.architecture.layers} × ${source.architecture.hidden_size}`,
    });
  const folder = useRef<HTMLInputElement>(null);
  const addCheckpoint = useAddCheckpoint();
  const choose = (id: string) => {
    const found = models.find((model) => model.id === id);
    if (found) useRecipe.getState().startFrom(found);
  };
  return (
    <section className="section">
      <h2 className="section-title">Model and task</h2>
      <Field
        id="model"
        label="Start from"
        help="The checkpoint that training starts from: one that ships with the studio, or your own folder."
        paths={['model', 'model.checkpoint']}
      >
        <NativeSelect
          id="model"
          size="xs"
          w={150}
          data-testid="model-select"
          value={sourceId}
          data={choices}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      </Field>
      {chosen && (
        <p className="hint">
          {compact(chosen.parameters)} parameters, {chosen.layers} layers of {chosen.hiddenSize}, {chosen.heads} heads,{' '}
          {chosen.vocabularySize} symbols. {chosen.description}
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
      <TaskFields />
    </section>
  );
}

const TASKS = {
  addition: { name: 'addition', digits: 2 },
  arithmetic: { name: 'arithmetic', operations: 2, max_operand: 9 },
} as const;

function TaskFields() {
  const task = useRecipe((recipe) => recipe.config.task);
  return (
    <>
      <Field
        id="task"
        label="Task"
        help="What the model learns; a verifier grades its final answers with 1 or 0."
        paths={['task', 'task.name']}
      >
        <NativeSelect
          id="task"
          size="xs"
          w={126}
          data={Object.keys(TASKS)}
          value={task.name}
          onChange={(event) => useRecipe.getState().set('task', TASKS[event.currentTarget.value as keyof typeof TASKS])}
        />
      </Field>
      {task.name === 'addition' ? (
        <NumberField
          path="task.digits"
          label="Digits"
          help="Digits of each summand. The model must have been trained on as many."
        />
      ) : (
        <NumberPair
          label="Operations, up to"
          help="Operations in an expression, and its largest number."
          between="≤"
          first={{ path: 'task.operations', label: 'Operations', help: '' }}
          second={{ path: 'task.max_operand', label: 'Largest number', help: '' }}
        />
      )}
    </>
  );
}
