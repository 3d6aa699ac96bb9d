import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDeferredValue, useMemo, useState } from 'react';
import { useEvaluate, type ChangeFilter, type Evaluation } from '../../store/evaluate-store.ts';
import { filterRows, problemRows } from './problem-rows.ts';
import { ProblemLine } from './ProblemLine.tsx';
import { Table } from '../Table.tsx';

/** Rows that are drawn at first, and added by each press of the button. */
const PAGE = 50;

const FILTERS: { value: ChangeFilter; label: string; compared: boolean }[] = [
  { value: 'all', label: 'all problems', compared: false },
  { value: 'incorrect', label: 'greedy incorrect', compared: false },
  { value: 'improved', label: 'improved', compared: true },
  { value: 'worse', label: 'worse', compared: true },
  { value: 'same', label: 'same', compared: true },
];

/** Problem by problem, searchable, with every response. */
export function ProblemTable({ evaluation }: { evaluation: Evaluation }) {
  const { search, filter, find } = useEvaluate();
  const before = useEvaluate(({ evaluations, before: number }) => evaluations.find((one) => one.number === number));
  const rows = useMemo(() => problemRows(evaluation.problems, before?.problems), [evaluation, before]);
  const wanted = useDeferredValue(search);
  const found = useMemo(() => filterRows(rows, wanted, filter), [rows, wanted, filter]);
  const [limit, setLimit] = useState(PAGE);
  return (
    <section className="card" aria-label="Problems" data-testid="evaluate-problems">
      <h3 className="card-title">
        Problems
        <small aria-live="polite">
          {found.length === rows.length ? `${rows.length}` : `${found.length} of ${rows.length}`}
        </small>
      </h3>
      <div className="evaluate-find">
        <TextInput
          size="xs"
          type="search"
          aria-label="Search problems and responses"
          placeholder="Search"
          value={search}
          onChange={(event) => find({ search: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          aria-label="Filter problems"
          value={filter}
          data={FILTERS.filter(({ compared }) => before !== undefined || !compared).map(({ value, label }) => ({
            value,
            label,
          }))}
          onChange={(event) => find({ filter: event.currentTarget.value as ChangeFilter })}
        />
      </div>
      {found.length === 0 ? (
        <p className="hint">
          No matching problems.{' '}
          <Button size="compact-xs" variant="subtle" onClick={() => find({ search: '', filter: 'all' })}>
            Clear filters
          </Button>
        </p>
      ) : (
        <Table
          className="evaluate-table"
          heads={[
            'prompt',
            'answer',
            'greedy',
            `correct of ${evaluation.report.samples}`,
            before && 'before',
            before && 'change',
          ]}
        >
          {found.slice(0, limit).map((row) => (
            <ProblemLine key={row.detail.problem} row={row} compared={before !== undefined} />
          ))}
        </Table>
      )}
      {found.length > limit && (
        <Button size="compact-xs" variant="default" onClick={() => setLimit(limit + PAGE)}>
          Show {Math.min(PAGE, found.length - limit)} more
        </Button>
      )}
    </section>
  );
}
