import type { ReactNode } from 'react';

interface TableProps {
  /** Heads of the columns; those that are false or undefined are left out. */
  heads: readonly ReactNode[];
  className?: string;
  testId?: string;
  /** The rows. */
  children: ReactNode;
}

/** A table with one row of heads, which scrolls sideways where its card is narrower. */
export function Table({ heads, className, testId, children }: TableProps) {
  return (
    <div className="table-box">
      <table className={className === undefined ? 'table' : `table ${className}`} data-testid={testId}>
        <thead>
          <tr>
            {heads.map(
              (head, i) =>
                head !== undefined &&
                head !== false && (
                  <th key={i} scope="col">
                    {head}
                  </th>
                ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
