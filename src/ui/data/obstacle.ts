/** Why a data set cannot be trained on as it is mapped. */
import { DataColumns } from '../../data/config.ts';
import type { DataDraft } from '../../store/data-recipe.ts';
import type { DataSummaryView } from '../../views/data.ts';

type Read = Pick<DataSummaryView, 'columns' | 'bad' | 'split'>;
type Mapped = Pick<DataDraft, 'columns' | 'skipBadRows'>;

/** A file without a row that can be read has no columns. */
export const hasRows = ({ columns }: Pick<DataSummaryView, 'columns'>): boolean => Object.keys(columns).length > 0;

/** What stands against using its rows, as a hint; undefined if nothing does. */
export function rowsObstacle(summary: Read, draft: Mapped): string | undefined {
  if (!hasRows(summary)) return 'No row can be used';
  if (!DataColumns.safeParse(draft.columns).success) return 'Choose a prompt first';
  return summary.bad.count > 0 && !draft.skipBadRows ? 'Leave out bad rows first' : undefined;
}

/** What stands against a run on it, whose evaluation needs a problem of its own. */
export function runObstacle(summary: Read, draft: Mapped): string | undefined {
  const { training = 1, heldOut = 1 } = summary.split ?? {};
  return (
    rowsObstacle(summary, draft) ??
    (training === 0 || heldOut === 0 ? 'Two problems are needed: one to train on, one to hold out' : undefined)
  );
}
