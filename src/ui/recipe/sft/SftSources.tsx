import './sft.css';
import { Button, Menu, NativeSelect } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { configField } from '../../../run/config-fields.ts';
import type { SftSource } from '../../../run/config/sft.ts';
import { declarationOf } from '../../../run/config/task.ts';
import { listDataSets, useDataSets } from '../../../store/data-sets.ts';
import { useRecipe } from '../../../store/recipe-store.ts';
import { useRecipeCheck } from '../../../store/recipe-check.ts';
import {
  addDataSet,
  addSource,
  divided,
  divisionOf,
  sourcesOf,
  teacherSource,
  type Division,
} from '../../../store/sft-sources.ts';
import { stepsText } from '../../../views/sft.ts';
import { Field } from '../Field.tsx';
import { NextRunMark } from '../NextRunMark.tsx';
import { SourceItem } from './SourceItem.tsx';

const PATH = 'sft.sources';

/** Where the examples of SFT are from, with what an epoch has of each. */
export function SftSources() {
  const sources = useRecipe(({ config }) => sourcesOf(config.sft));
  const problem = useRecipe(({ problems }) => problems[PATH]);
  const view = useRecipeCheck((check) => check.plan?.sft);
  const set = (next: readonly SftSource[]) => useRecipe.getState().set(PATH, next.length === 0 ? undefined : [...next]);
  const division = divisionOf(sources);
  return (
    <div className="sft-sources" data-testid="sft-sources">
      <h3 className="sft-title">
        {configField(PATH).label}
        <NextRunMark paths={[PATH]} />
      </h3>
      {sources.length === 0 && <p className="hint">SFT trains on the task alone.</p>}
      {sources.length > 1 && (
        <Field id="sft-division" label="Divided by" help={DIVISION_HELP} paths={[]}>
          <NativeSelect
            id="sft-division"
            aria-describedby="sft-division-help"
            size="xs"
            w={132}
            value={division}
            data={[
              { value: 'rows', label: 'rows' },
              { value: 'weights', label: 'weights' },
            ]}
            onChange={(event) => set(divided(sources, event.currentTarget.value as Division))}
          />
        </Field>
      )}
      {sources.length > 0 && (
        <ul className="sources">
          {sources.map((source, i) => (
            <SourceItem
              key={i}
              source={source}
              index={i}
              division={division}
              view={view?.sources.length === sources.length ? view : undefined}
              onChange={(next) => set(sources.map((one, other) => (other === i ? next : one)))}
              onRemove={() => set(sources.filter((_, other) => other !== i))}
            />
          ))}
        </ul>
      )}
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <AddSource sources={sources} />
      {view && (
        <p className="hint" data-testid="sft-steps">
          {stepsText(view)}
          {view.validationRows !== undefined &&
            ` Validation: ${view.validationRows.toLocaleString('en')} held-out rows.`}
        </p>
      )}
    </div>
  );
}

const DIVISION_HELP =
  'rows: an epoch has every row of each source once, or the amount given. weights: shares of an epoch, in which rows ' +
  'of a small source repeat.';

type TaskStyles = NonNullable<ReturnType<typeof declarationOf>>['styles'];
const NO_STYLES: NonNullable<TaskStyles> = [];

function AddSource({ sources }: { sources: readonly SftSource[] }) {
  const sets = useDataSets((data) => data.sets);
  const listed = useDataSets((data) => data.listed);
  const [problem, setProblem] = useState<string>();
  const [adding, setAdding] = useState(false);
  const styles = useRecipe(({ config }) => declarationOf(config.task.name)?.styles) ?? NO_STYLES;
  useEffect(() => {
    if (!listed) void listDataSets();
  }, [listed]);
  const add = async (one: (typeof sets)[number]) => {
    setAdding(true);
    setProblem(await addDataSet(one));
    setAdding(false);
  };
  return (
    <>
      <Menu position="bottom-start" width={280} withinPortal>
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            loading={adding}
            leftSection={<IconPlus size={13} aria-hidden />}
            data-testid="sft-add-source"
          >
            Add a source
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={sources.some(({ task }) => task === true)} onClick={() => addSource({ task: true })}>
            <b>The task</b>
            <span className="source-choice">The training problems of the run with their solutions</span>
          </Menu.Item>
          {styles.length > 0 && (
            <Menu.Item onClick={() => addSource(teacherSource(styles[0]?.name ?? ''))}>
              <b>A teacher</b>
              <span className="source-choice">Reasoning traces in a style, with a share of mistakes</span>
            </Menu.Item>
          )}
          {sets.map((one) => (
            <Menu.Item key={one.id} onClick={() => void add(one)}>
              <b>{one.name}</b>
              <span className="source-choice">{one.description ?? 'Data of this browser'}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
