import { Button, NativeSelect, Progress } from '@mantine/core';
import { useMemo } from 'react';
import { useData } from '../../store/data-store.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { useEvaluate, type EvaluationSettings } from '../../store/evaluate-store.ts';
import { useEvaluationProgress } from '../../store/evaluation-progress.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRun } from '../../store/run-store.ts';
import { MOST_RESPONSES, responsesOf, type EvaluationProgress } from '../../views/evaluation.ts';
import { NumberLine } from '../inputs/NumberLine.tsx';
import type { NumberFormat } from '../inputs/parse-number.ts';
import { useModelChoices } from '../playground/use-model-choices.ts';
import { readingText } from '../run/run-text.ts';
import { dataTasks, taskChoices } from './task-choices.ts';
import { capital } from '../../views/capital.ts';

/** Model, task and sampling of the next evaluation. */
export function EvaluationForm() {
  const { model, settings, chooseTask, choose, run, cancel } = useEvaluate();
  const progress = useEvaluationProgress((state) => state.progress);
  const { library, run: ofRun } = useModelChoices();
  const { choices, task } = useTask();
  const wrong = useEntries(entryProblem('evaluate'));
  const active = useRun(({ state }) => state === 'preparing' || state === 'running' || state === 'pausing');
  const responses = responsesOf(settings);
  const known = [...library, ...ofRun].some(({ value }) => value === model);
  return (
    <>
      <section className="section">
        <h2 className="section-title">Evaluate</h2>
        <NativeSelect
          size="xs"
          label="Model"
          data-testid="evaluate-model"
          value={known ? model : ''}
          data={[
            ...(known ? [] : [{ value: '', label: library.length > 0 ? 'choose a model' : 'no models' }]),
            ...(ofRun.length > 0 ? [{ group: 'This run', items: ofRun }] : []),
            { group: 'Models', items: library },
          ]}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          mt={8}
          mb={8}
          label="Task"
          data-testid="evaluate-task"
          value={task?.value ?? ''}
          data={choices.map(({ value, label }) => ({ value, label }))}
          onChange={({ currentTarget: { value } }) => chooseTask(choices.find((one) => one.value === value)?.task)}
        />
        <p className="hint">Held-out problems, which training never sees. Rewards are those of the task.</p>
      </section>
      <section className="section">
        <h2 className="section-title">Sampling</h2>
        <Setting name="problems" label="Problems" help="Held-out problems, chosen by the seed." most={MOST_RESPONSES} />
        <Setting
          name="samples"
          label="Samples"
          help="Sampled responses per problem, beside the greedy one: k of avg@k, pass@k and maj@k goes up to it."
          most={10_000}
        />
        <Setting
          name="temperature"
          label="Temperature"
          help="Divides the logits of sampled responses; the greedy response has none."
          format={{ minimum: 0, exclusive: true, maximum: 10, required: true }}
          step={0.1}
        />
        <Setting
          name="maxTokens"
          label="Max new tokens"
          help="Responses are cut off after this many tokens. Empty: those of the longest solution."
          format={{ whole: true, minimum: 1, maximum: 100_000, empty: 'auto' }}
          placeholder="auto"
        />
        <Setting
          name="seed"
          label="Seed"
          help="The same seed gives the same problems and responses, here and on the command line."
          least={0}
          most={0xffffffff}
        />
      </section>
      {responses > MOST_RESPONSES && (
        <p className="field-problem" role="alert">
          {responses.toLocaleString('en')} responses are more than the {MOST_RESPONSES.toLocaleString('en')} that are
          kept in memory. Lower problems or samples.
        </p>
      )}
      {active && <p className="hint">A run is training. Pause it to evaluate.</p>}
      {progress ? (
        <Running onCancel={cancel} />
      ) : (
        <Button
          fullWidth
          size="sm"
          data-testid="evaluate-button"
          disabled={!known || !task || wrong !== undefined || responses > MOST_RESPONSES || active}
          onClick={() => task && void run(task.task)}
        >
          Evaluate
        </Button>
      )}
      <p className="hint">
        {responses.toLocaleString('en')} responses. The newest evaluations are kept in memory, together up to{' '}
        {MOST_RESPONSES.toLocaleString('en')} responses; export those that you need.
      </p>
    </>
  );
}

/** The chosen task: the recipe's until another one is chosen. */
function useTask() {
  const recipe = useRecipe((state) => state.config.task);
  const data = useRecipe((state) => state.alternatives.tasks['dataset']);
  const chosen = useEvaluate((state) => state.task);
  const model = useEvaluate((state) => state.model);
  const own = useRun(({ models }) => models.find(({ id }) => id === model)?.task);
  // As mapped on the Data page.
  const { sets, drafts, summaries } = useData();
  return useMemo(() => {
    const mapped = dataTasks({ sets, drafts, summaries });
    const others = [...(data ? [data] : []), ...mapped, ...(chosen ? [chosen] : [])];
    const choices = taskChoices(recipe, own, others);
    const wanted = chosen && JSON.stringify(chosen);
    return { choices, task: choices.find(({ value }) => value === wanted) ?? choices[0] };
  }, [recipe, own, data, chosen, sets, drafts, summaries]);
}

function Running({ onCancel }: { onCancel: () => void }) {
  const progress = useEvaluationProgress((state) => state.progress);
  if (!progress) return null;
  const { done, total, text } = shownProgress(progress);
  return (
    <div data-testid="evaluate-progress" aria-live="polite">
      <Progress value={total === 0 ? 0 : (100 * done) / total} animated aria-label="Evaluation progress" />
      <div className="evaluate-running">
        <span className="hint">{text}</span>
        <Button size="compact-xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function shownProgress(progress: EvaluationProgress): { done: number; total: number; text: string } {
  if (progress.stage === 'loading') return { done: 0, total: 0, text: 'Loading the model' };
  if (progress.stage === 'reading') return { ...progress.reading, text: capital(readingText(progress.reading)) };
  const { done, total } = progress;
  return { done, total, text: `${done.toLocaleString('en')} of ${total.toLocaleString('en')} responses` };
}

interface SettingProps {
  name: keyof EvaluationSettings;
  label: string;
  help: string;
  least?: number;
  most?: number;
  format?: NumberFormat;
  step?: number;
  placeholder?: string;
}

function Setting({ name, label, help, least = 1, most, format, step = 1, placeholder }: SettingProps) {
  const value = useEvaluate(({ settings }) => settings[name]);
  return (
    <NumberLine
      id={`evaluate-${name}`}
      label={label}
      help={help}
      scope="evaluate"
      width={84}
      value={value}
      step={step}
      {...(placeholder !== undefined && { placeholder })}
      format={format ?? { whole: true, required: true, minimum: least, ...(most !== undefined && { maximum: most }) }}
      onChange={(next) => {
        if (next !== undefined || name === 'maxTokens') useEvaluate.getState().set({ [name]: next });
      }}
    />
  );
}
