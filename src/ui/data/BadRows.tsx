import { Switch } from '@mantine/core';
import { useState } from 'react';
import type { DataDraft } from '../../store/data-recipe.ts';
import { useData } from '../../store/data-store.ts';
import type { DataSummaryView } from '../../views/data.ts';

/** Rows of the list before it is opened. */
const FIRST = 3;

/** Rows that cannot be read or used, by line, and the choice to train without them. */
export function BadRows({ bad, draft }: { bad: DataSummaryView['bad']; draft: DataDraft }) {
  const [all, setAll] = useState(false);
  if (bad.count === 0) return null;
  const shown = all ? bad.list : bad.list.slice(0, FIRST);
  return (
    <section className="note warning data-bad" aria-label="Bad rows" data-testid="data-bad">
      <div className="data-bad-head">
        <b>
          {bad.count.toLocaleString('en')} bad {bad.count === 1 ? 'row' : 'rows'}
        </b>
        <Switch
          size="sm"
          label="Leave out bad rows"
          checked={draft.skipBadRows}
          onChange={(event) => useData.getState().edit({ skipBadRows: event.currentTarget.checked })}
        />
      </div>
      <ul>
        {shown.map(({ place, reason }, i) => (
          <li key={i}>
            <b>{place}</b>: {reason}
          </li>
        ))}
      </ul>
      {bad.list.length > FIRST && (
        <button type="button" className="link" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${bad.count > bad.list.length ? `the first ${bad.list.length}` : 'all'}`}
        </button>
      )}
    </section>
  );
}
