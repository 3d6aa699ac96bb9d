import type { ReactNode } from 'react';

interface CardProps {
  /** For tests: `chart-NAME`. */
  name: string;
  title: string;
  /** The newest figures, with units. */
  figures?: string | undefined;
  wide?: boolean;
  /** What the chart will show; drawn instead of the children while there are no data. */
  empty?: string | undefined;
  height?: number;
  children: ReactNode;
}

export const CHART_HEIGHT = 128;

/** A titled chart. Says what it will show before there is anything to show. */
export function Card({ name, title, figures, wide, empty, height = CHART_HEIGHT, children }: CardProps) {
  return (
    <section className={wide ? 'card wide' : 'card'} data-testid={`chart-${name}`} aria-label={title}>
      <h3 className="card-title">
        {title}
        <small>{figures}</small>
      </h3>
      {empty ? (
        <div className="card-empty" style={{ height }}>
          {empty}
        </div>
      ) : (
        children
      )}
    </section>
  );
}
