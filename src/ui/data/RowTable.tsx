import { useState } from 'react';
import type { DataColumns } from '../../data/config.ts';
import type { DataDraft } from '../../store/data-recipe.ts';
import type { CellView, DataSummaryView } from '../../views/data.ts';

/** Characters of a cell before it is opened. */
const SHORT = 220;

/** The first rows, as they are in the file. */
export function RowTable({ summary, draft }: { summary: DataSummaryView; draft: DataDraft }) {
  const names = Object.keys(summary.columns).slice(0, 40);
  const roles = (name: string) =>
    (Object.entries(draft.columns) as [keyof DataColumns, string][])
      .filter(([, column]) => column === name || column.startsWith(`${name}.`))
      .map(([role]) => role);
  return (
    <section className="card" aria-label="Rows">
      <h3 className="card-title">
        First rows <small>{`${summary.preview.length} of ${summary.rows.toLocaleString('en')}`}</small>
      </h3>
      <div className="table-box" tabIndex={0} role="region" aria-label="First rows">
        <table className="table data-rows">
          <thead>
            <tr>
              <th scope="col">Row</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name} <span className="aside">{summary.columns[name]}</span>
                  {roles(name).map((role) => (
                    <span key={role} className="data-role">
                      {role}
                    </span>
                  ))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {summary.preview.map(({ place, cells }) => (
              <tr key={place}>
                <th scope="row">{place}</th>
                {names.map((name) => (
                  <td key={name}>
                    <Cell cell={cells[name]} name={`${name}, ${place}`} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell({ cell, name }: { cell: CellView | undefined; name: string }) {
  const [open, setOpen] = useState(false);
  if (!cell) return <span className="aside">none</span>;
  const { text, length } = cell;
  if (length <= SHORT) return <span className="data-cell">{text}</span>;
  return (
    <span className="data-cell">
      {open ? text : `${text.slice(0, SHORT)}…`}
      {open && length > text.length && (
        <span className="aside"> {(length - text.length).toLocaleString('en')} more characters</span>
      )}{' '}
      <button
        type="button"
        className="link"
        aria-label={`${open ? 'Less' : 'More'} of ${name}`}
        onClick={() => setOpen(!open)}
      >
        {open ? 'less' : 'more'}
      </button>
    </span>
  );
}
