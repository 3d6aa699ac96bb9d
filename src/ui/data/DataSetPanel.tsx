import { Button } from '@mantine/core';
import { IconFlask, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { useBenchDialog } from '../../store/bench-dialog.ts';
import { benchRows } from '../../store/bench-rows.ts';
import { isOf } from '../../store/data-recipe.ts';
import { useData } from '../../store/data-store.ts';
import { usePage } from '../../store/page-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { useRecipeView } from '../../store/recipe-view.ts';
import { addSource, dataSource } from '../../store/sft-sources.ts';
import type { DataSetView, DataSummaryView } from '../../views/data.ts';
import { bytes, count } from '../format.ts';
import { BadRows } from './BadRows.tsx';
import { HeldOutFields } from './HeldOutFields.tsx';
import { MappingFields } from './MappingFields.tsx';
import { hasRows, rowsObstacle, runObstacle } from './obstacle.ts';
import { PromptFields } from './PromptFields.tsx';
import { RowTable } from './RowTable.tsx';
import { TokenCard } from './TokenCard.tsx';

/** The chosen data set: what it has, what its columns mean, and how a model reads it. */
export function DataSetPanel({ set }: { set: DataSetView }) {
  const summary = useData((data) => data.summaries[set.id]);
  const draft = useData((data) => data.drafts[set.id]);
  const problem = useData((data) => data.problem);
  const reading = useData((data) => data.reading);
  return (
    <div className="data-set" aria-busy={reading}>
      <Heading set={set} summary={summary} />
      {problem && (
        <p className="note warning" role="alert" data-testid="data-problem">
          {problem.kind === 'cancelled' ? 'Reading was cancelled.' : `${problem.message} ${problem.advice}`}{' '}
          <Button size="compact-xs" variant="default" onClick={() => void useData.getState().choose(set.id)}>
            Read again
          </Button>
        </p>
      )}
      {!summary && reading && <p className="hint">Reading the file…</p>}
      {summary && draft && <BadRows bad={summary.bad} draft={draft} />}
      {summary && !hasRows(summary) && (
        <p className="note warning" role="alert" data-testid="data-none">
          {summary.bad.count > 0
            ? 'No row of this file can be read. Correct the file, and add it again.'
            : 'The file has no rows. Add one with a row per problem.'}
        </p>
      )}
      {summary && draft && hasRows(summary) && (
        <>
          <div className="data-forms">
            <MappingFields summary={summary} draft={draft} />
            <PromptFields draft={draft} />
            <HeldOutFields set={set} summary={summary} draft={draft} />
          </div>
          <TokenCard set={set} rows={Math.min(summary.rows, draft.rows ?? Infinity)} />
          <RowTable summary={summary} draft={draft} />
        </>
      )}
    </div>
  );
}

function Heading({ set, summary }: { set: DataSetView; summary: DataSummaryView | undefined }) {
  const draft = useData((data) => data.drafts[set.id]);
  const read = summary && draft && { summary, draft };
  const rows = read && rowsObstacle(summary, draft);
  const run = read && runObstacle(summary, draft);
  const train = () => {
    if (useData.getState().train()) usePage.getState().go('train');
  };
  const tryRewards = () => {
    const { task } = useRecipe.getState().config;
    if (!(task.name === 'dataset' && isOf(task, set)) && !useData.getState().train()) return;
    useBenchDialog.getState().open(benchRows(useRecipe.getState().config.task, useData.getState()));
  };
  const addToSft = () => {
    if (!summary || !draft) return;
    addSource(dataSource(set, summary.sha256, draft));
    useRecipeView.getState().show('advanced');
    usePage.getState().go('train');
  };
  return (
    <section className="card data-heading">
      <div>
        <h2>{set.name}</h2>
        <p className="hint">{summary ? factsOf(summary) : (set.description ?? '')}</p>
        {summary && set.description !== undefined && <p className="hint">{set.description}</p>}
        {set.unsaved !== undefined && <p className="note warning">Kept only until the page is closed. {set.unsaved}</p>}
      </div>
      <div className="data-train">
        <Button
          data-testid="data-train"
          disabled={!read || run !== undefined}
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={train}
        >
          Train on this
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          data-testid="data-try-rewards"
          title="Sets the recipe to this data and grades responses to its rows"
          disabled={!read || rows !== undefined}
          leftSection={<IconFlask size={13} aria-hidden />}
          onClick={tryRewards}
        >
          Try rewards
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          data-testid="data-sft-source"
          title="Adds this data to the sources that the recipe’s SFT stage trains on; its task stays"
          disabled={!read || rows !== undefined}
          leftSection={<IconPlus size={13} aria-hidden />}
          onClick={addToSft}
        >
          Add as SFT source
        </Button>
        {run !== undefined && <span className="hint">{run}</span>}
      </div>
    </section>
  );
}

const NAMES = { jsonl: 'JSONL', json: 'JSON', csv: 'CSV', parquet: 'Parquet' } as const;
const DELIMITERS: Record<string, string> = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'vertical bar' };

function factsOf({ rows, columns, bytes: size, format, delimiter, duplicates, split }: DataSummaryView): string {
  return [
    count(rows, 'row'),
    count(Object.keys(columns).length, 'column'),
    bytes(size),
    `${NAMES[format]}${delimiter === undefined ? '' : ` (${DELIMITERS[delimiter] ?? delimiter})`}`,
    duplicates === 0 ? 'no duplicates' : count(duplicates, 'duplicate'),
    ...(split && split.overlap > 0 ? [`${count(split.overlap, 'row')} overlap with held-out problems`] : []),
  ].join(' · ');
}
