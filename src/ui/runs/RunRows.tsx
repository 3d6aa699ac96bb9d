import { Fragment, useMemo, useState, type FocusEvent } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { useRuns } from '../../store/runs-store.ts';
import { RunRow } from './RunRow.tsx';
import { useVisibleRows } from './use-visible-rows.ts';

/** Columns of the table, for the space of rows that are not drawn. */
const COLUMNS = 11;

interface RunRowsProps {
  /** In order. */
  runs: readonly ArchivedRun[];
  /** The element that scrolls the table. */
  scroller: HTMLElement | null;
  onEdit: (run: ArchivedRun) => void;
}

/** The rows of the table; of many runs only the visible ones are elements, and the one with the focus. */
export function RunRows({ runs, scroller, onEdit }: RunRowsProps) {
  const chosen = useRuns((state) => state.chosen);
  const [focused, setFocused] = useState<string>();
  const kept = useMemo(() => runs.findIndex(({ id }) => id === focused), [runs, focused]);
  const rows = useVisibleRows({ count: runs.length, keyOf: (index) => runs[index]?.id ?? '', scroller, kept });
  const focus = ({ target }: FocusEvent<HTMLElement>) => {
    const row = target.closest<HTMLElement>('[data-index]');
    // The menu of a row is not inside its table.
    if (row) setFocused(runs[Number(row.dataset['index'])]?.id);
  };
  const items = rows.getVirtualItems();
  return (
    <tbody role="rowgroup" onFocus={focus}>
      {items.map(({ index, start, key }, i) => {
        const run = runs[index];
        const gap = start - (items[i - 1]?.end ?? 0);
        return (
          run && (
            <Fragment key={key}>
              <Gap height={gap} />
              <RunRow
                run={run}
                index={index}
                measure={rows.measureElement}
                color={chosen.get(run.id)}
                onEdit={onEdit}
              />
            </Fragment>
          )
        );
      })}
      <Gap height={rows.getTotalSize() - (items.at(-1)?.end ?? 0)} />
    </tbody>
  );
}

/** The space of rows that are not drawn. */
function Gap({ height }: { height: number }) {
  return (
    height > 0 && (
      <tr aria-hidden className="run-gap" style={{ height }}>
        <td colSpan={COLUMNS} />
      </tr>
    )
  );
}
