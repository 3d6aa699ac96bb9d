import { Button, NativeSelect, SegmentedControl, Switch, Textarea } from '@mantine/core';
import { useRecipe } from '../../store/recipe-store.ts';
import { answerColumn, useRewardBench, type Separation } from '../../store/reward-bench-store.ts';
import { useRun } from '../../store/run-store.ts';

const SEPARATIONS: { value: Separation; label: string }[] = [
  { value: 'lines', label: 'One per line' },
  { value: 'blocks', label: 'Blocks, --- between' },
];

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

/** The responses to grade, with their row and reference answer. */
export function BenchInput() {
  const ofRun = useRewardBench((bench) => bench.ofRun);
  return (
    <div className="bench-input">
      {ofRun ? (
        <p className="hint bench-run" data-testid="bench-run">
          {ofRun.items.length} responses of step {ofRun.step} of the run.{' '}
          <Button size="compact-xs" variant="default" onClick={() => useRewardBench.getState().typeResponses()}>
            Type responses
          </Button>{' '}
          <UseRun label="Use the newest" />
        </p>
      ) : (
        <Typed />
      )}
    </div>
  );
}

function Typed() {
  const { responses, separation, answer, finished, edit } = useRewardBench();
  return (
    <>
      <div className="bench-row">
        <RowChoice />
        <Textarea
          size="xs"
          label="Reference answer"
          className="bench-answer"
          autosize
          minRows={1}
          maxRows={4}
          spellCheck={false}
          styles={MONO}
          value={answer}
          placeholder="none"
          onChange={(event) => edit({ answer: event.currentTarget.value })}
        />
      </div>
      <RowFields />
      <div className="bench-row">
        <span className="bench-label" id="bench-responses-label">
          Responses
        </span>
        <SegmentedControl
          size="xs"
          aria-label="How responses are separated"
          value={separation}
          data={SEPARATIONS}
          onChange={(value) => edit({ separation: value as Separation })}
        />
        <Switch
          size="xs"
          label="end with the end token"
          checked={finished}
          onChange={(event) => edit({ finished: event.currentTarget.checked })}
        />
        <UseRun label="Use the responses of this run" />
      </div>
      <Textarea
        aria-labelledby="bench-responses-label"
        size="xs"
        autosize
        minRows={4}
        maxRows={12}
        spellCheck={false}
        styles={MONO}
        value={responses}
        placeholder={
          separation === 'lines' ? 'The answer is 42.\nA: 41' : 'A response of\nseveral lines\n---\nAnother response'
        }
        onChange={(event) => edit({ responses: event.currentTarget.value })}
      />
    </>
  );
}

function RowChoice() {
  const { rows, chosen, chooseRow } = useRewardBench();
  if (rows.length === 0) return null;
  return (
    <NativeSelect
      size="xs"
      label="Row of the data"
      value={chosen === undefined ? '' : String(chosen)}
      data={[
        { value: '', label: 'typed below' },
        ...rows.map((row, i) => ({ value: String(i), label: `${i + 1}: ${shortText(row)}` })),
      ]}
      onChange={({ currentTarget: { value } }) => chooseRow(value === '' ? undefined : Number(value))}
    />
  );
}

const shortText = (row: object): string => {
  const text = String(Object.values(row).find((value) => typeof value === 'string') ?? '');
  return text.length > 48 ? `${text.slice(0, 48)}…` : text;
};

/** Other fields of the row, which custom rewards may read. */
function RowFields() {
  const { row, edit } = useRewardBench();
  const column = useRecipe((recipe) => answerColumn(recipe.config.task));
  const where = column === undefined ? '' : `; the answer is in ${column}`;
  const custom = useRecipe((recipe) => recipe.config.task.rewards?.some(({ name }) => name === 'custom') ?? false);
  if (!custom && row === '') return null;
  return (
    <Textarea
      size="xs"
      label="Row"
      description={`Fields of the problem as JSON, for custom rewards${where}.`}
      autosize
      minRows={1}
      maxRows={6}
      spellCheck={false}
      styles={MONO}
      value={row}
      placeholder="{}"
      onChange={(event) => edit({ row: event.currentTarget.value })}
    />
  );
}

function UseRun({ label }: { label: string }) {
  const rollouts = useRun((run) => run.frame?.rollouts);
  const step = useRun((run) => run.frame?.rolloutStep ?? 0);
  if (!rollouts?.some(({ given }) => given)) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      data-testid="bench-use-run"
      onClick={() => useRewardBench.getState().useRun(rollouts, step)}
    >
      {label}
    </Button>
  );
}
