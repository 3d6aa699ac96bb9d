import { ActionIcon, Button, FileButton, Group, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { StrategyProblem } from '../../views/strategy-views.ts';
import {
  resolveStrategy,
  STRATEGY_NAMES,
  strategyInfo,
  type BuiltInStrategy,
  type CustomStrategyConfig,
  type StrategyConfig,
} from '../../run/strategies/strategy-config.ts';
import { studioApi } from '../../store/connection.ts';
import { useObjective } from '../../store/objective-store.ts';
import { withConsent } from '../../store/foreign-code.ts';
import { ownRecipe, useRecipe } from '../../store/recipe-store.ts';
import { strategyFile, strategyOfFile, STARTING_STRATEGY, useStrategies } from '../../store/strategies-store.ts';
import { useRun } from '../../store/run-store.ts';
import { entryProblem, useEntries } from '../../store/entry-store.ts';
import { download } from '../download.ts';
import { NumberLine } from '../inputs/NumberLine.tsx';
import { WgslEditor } from './WgslEditor.tsx';

/** Milliseconds without a keystroke before the source is compiled. */
const PAUSE = 400;
/** Built-in strategies that depend on the token alone: without token selection or bounds per minibatch. */
const STARTS = STRATEGY_NAMES.filter((name) => ['none', 'sequence'].includes(strategyInfo(name).context));

/** The editor of a custom strategy: checks it, plots it, trains with it, and saves, exports or imports it. */
export function StrategyEditor() {
  const draft = useObjective((state) => state.draft);
  const setDraft = useObjective((state) => state.setDraft);
  const { problems, checking } = useCheck(draft);
  const numbers = useEntries((entries) => entryProblem('editor')(entries) === undefined);
  const works = problems?.length === 0 && !checking && numbers;
  return (
    <section className="card editor" aria-label="Custom strategy">
      <h3 className="card-title">
        Custom strategy{' '}
        <small>
          {!numbers
            ? 'a parameter is not a number'
            : checking || !problems
              ? 'compiling…'
              : works
                ? 'compiles, and is finite on all test tokens'
                : `${problems.length} problem${problems.length === 1 ? '' : 's'}`}
        </small>
      </h3>
      <div className="editor-grid">
        <div>
          <WgslEditor
            source={draft.source}
            problems={problems ?? []}
            onChange={(source) => setDraft({ ...draft, source })}
          />
          <ul className="problems" aria-live="polite" data-testid="strategy-problems">
            {(problems ?? []).map((problem, i) => (
              <li key={i}>
                <b>Line {problem.line}:</b> {problem.message}
              </li>
            ))}
          </ul>
        </div>
        <div>
          <TextInput
            size="xs"
            label="Name"
            value={draft.title}
            maxLength={60}
            onChange={(event) => setDraft({ ...draft, title: event.currentTarget.value })}
            mb="xs"
          />
          <CustomParameters draft={draft} setDraft={setDraft} />
          <StrategyActions draft={draft} works={works && draft.title.trim() !== ''} setDraft={setDraft} />
        </div>
      </div>
    </section>
  );
}

/** The compiler's result for the draft, requested once typing pauses. */
function useCheck(draft: CustomStrategyConfig): { problems: StrategyProblem[] | undefined; checking: boolean } {
  const ready = useRun((run) => run.adapter !== undefined);
  const [answer, setAnswer] = useState<{ source: string; problems: StrategyProblem[] }>();
  const key = JSON.stringify([draft.source, draft.parameters]);
  useEffect(() => {
    if (!ready) return undefined;
    let stale = false;
    const timer = setTimeout(() => {
      const [source, parameters] = JSON.parse(key) as [string, Record<string, number>];
      void studioApi()
        .checkStrategy({ ...STARTING_STRATEGY, source, parameters })
        .then((result) => {
          if (!stale)
            setAnswer({
              source: key,
              problems: result.ok ? result.value : [{ line: 1, column: 1, message: result.error.message }],
            });
        });
    }, PAUSE);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [key, ready]);
  return { problems: answer?.problems, checking: answer?.source !== key };
}

function CustomParameters({
  draft,
  setDraft,
}: {
  draft: CustomStrategyConfig;
  setDraft: (draft: CustomStrategyConfig) => void;
}) {
  const [name, setName] = useState('');
  const valid = /^[a-z][a-z0-9_]{0,31}$/.test(name) && !(name in draft.parameters);
  const set = (key: string, value: number) => setDraft({ ...draft, parameters: { ...draft.parameters, [key]: value } });
  const without = (key: string) =>
    setDraft({
      ...draft,
      parameters: Object.fromEntries(Object.entries(draft.parameters).filter(([other]) => other !== key)),
    });
  const add = () => {
    if (!valid) return;
    set(name, 0.5);
    setName('');
  };
  return (
    <div className="custom-parameters">
      <span className="section-title">parameters</span>
      {Object.entries(draft.parameters).map(([key, value]) => (
        <NumberLine
          key={key}
          id={`custom-${key}`}
          label={key}
          help={`Value of parameters.${key} in the source.`}
          scope="editor"
          width={76}
          step={0.05}
          value={value}
          format={{ required: true }}
          onChange={(next) => next !== undefined && set(key, next)}
        >
          <ActionIcon variant="subtle" color="gray" size="xs" aria-label={`Remove ${key}`} onClick={() => without(key)}>
            <IconX size={12} aria-hidden />
          </ActionIcon>
        </NumberLine>
      ))}
      <Group gap={4} mt={6} wrap="nowrap">
        <TextInput
          size="xs"
          aria-label="Name of a new parameter"
          placeholder="new_parameter"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && add()}
          style={{ flex: 1 }}
        />
        <Button size="xs" variant="default" disabled={!valid} onClick={add}>
          Add
        </Button>
      </Group>
    </div>
  );
}

function StrategyActions({
  draft,
  works,
  setDraft,
}: {
  draft: CustomStrategyConfig;
  works: boolean;
  setDraft: (draft: CustomStrategyConfig) => void;
}) {
  const savedStrategies = useStrategies((state) => state.strategies);
  const overlays = useObjective((state) => state.overlays);
  const used = useRecipe((recipe) => JSON.stringify(recipe.config.rl?.strategy) === JSON.stringify(draft));
  const saved = savedStrategies.some((custom) => JSON.stringify(custom) === JSON.stringify(draft));
  const draw = () =>
    useObjective
      .getState()
      .setOverlays([...overlays.filter((other) => other.name !== 'custom' || other.title !== draft.title), draft]);
  const begin = async (value: string | null) => {
    const own = savedStrategies.find(({ title }) => `custom:${title}` === value);
    const start = own ?? (value === null ? undefined : await startFrom(value as BuiltInStrategy));
    if (start) setDraft(start);
  };
  const open = async (file: File) => {
    const imported = strategyOfFile(await file.text());
    if (imported) withConsent(file.name, imported, [ownRecipe(), draft], () => setDraft(imported));
    else
      useRun.getState().showError({
        kind: 'input',
        message: `${file.name} is not a strategy file.`,
        advice: 'Choose a JSON file that “Export” of this editor wrote.',
      });
  };
  return (
    <>
      <Group gap={6} mt="md">
        <Button
          size="compact-sm"
          disabled={!works || used}
          onClick={() => useRecipe.getState().chooseStrategy(draft satisfies StrategyConfig)}
          data-testid="use-strategy"
        >
          {used ? 'Used in recipe' : 'Use in recipe'}
        </Button>
        <Button size="compact-sm" variant="default" disabled={!works} onClick={draw}>
          Overlay
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={!works || saved}
          onClick={() => useStrategies.getState().save(draft)}
        >
          {saved ? 'Saved' : 'Save'}
        </Button>
      </Group>
      <Group gap={6} mt={6}>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => download(`${draft.title}.strategy.json`, strategyFile(draft))}
        >
          Export
        </Button>
        <FileButton accept="application/json,.json" onChange={(file) => file && void open(file)}>
          {(props) => (
            <Button {...props} size="compact-xs" variant="default">
              Import
            </Button>
          )}
        </FileButton>
        {savedStrategies.some(({ title }) => title === draft.title) && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            onClick={() => useStrategies.getState().remove(draft.title)}
          >
            Delete
          </Button>
        )}
      </Group>
      <Select
        size="xs"
        mt="sm"
        label="Start from"
        placeholder="a saved or built-in strategy…"
        value={null}
        maxDropdownHeight={260}
        data={[
          ...(savedStrategies.length > 0
            ? [
                {
                  group: 'Custom',
                  items: savedStrategies.map(({ title }) => ({ value: `custom:${title}`, label: title })),
                },
              ]
            : []),
          {
            group: 'Built-in',
            items: STARTS.map((name) => ({ value: name as string, label: strategyInfo(name).title })),
          },
        ]}
        onChange={(value) => void begin(value)}
      />
      <p className="hint">
        Saved strategies appear in the strategy lists of all pages, in this browser. The WGSL function can read only the
        token’s values, and its loops are bounded.
      </p>
    </>
  );
}

/** A built-in strategy as a custom one to change: its WGSL and parameters, under its own name. */
async function startFrom(name: BuiltInStrategy): Promise<CustomStrategyConfig | undefined> {
  const source = await studioApi().strategySource(name);
  if (!source.ok) {
    useRun.getState().showError(source.error);
    return undefined;
  }
  const { title, parameters } = resolveStrategy({ name });
  return { name: 'custom', title: `${title}, custom`, source: source.value, parameters };
}
