import './charts.css';
import type { ReactNode } from 'react';

/** A newest value, with its unit; its colour identifies its line. */
export interface Figure {
  text: string;
  color?: string;
  /** Drawn as a ring or a dash, like its line. */
  hollow?: boolean;
}

export interface CardProps {
  /** For tests: `chart-NAME`, and `NAME-value` for the first figure. */
  name: string;
  title: string;
  /** The title as it is shown, for example with an explanation of its terms. */
  heading?: ReactNode;
  /** What the chart shows, as a tooltip on its title. */
  help?: string | undefined;
  figures?: readonly Figure[] | undefined;
  /** Buttons beside the title. */
  tools?: ReactNode;
  wide?: boolean;
  /** Description of the chart, shown instead of the children while there are no data. */
  empty?: ReactNode;
  height?: number;
  children: ReactNode;
}

export const CHART_HEIGHT = 128;

/** A titled chart. Describes its content while there are no data. */
export function Card({
  name,
  title,
  heading = title,
  help,
  figures = [],
  tools,
  wide,
  empty,
  height = CHART_HEIGHT,
  children,
}: CardProps) {
  return (
    <section className={wide ? 'card wide' : 'card'} data-testid={`chart-${name}`} aria-label={title}>
      <div className="card-head">
        <h3 className="card-title">
          <span title={help}>{heading}</span>
          <small>
            {figures.map(({ text, color, hollow }, i) => (
              <span key={i} className="figure" {...(i === 0 && { 'data-testid': `${name}-value` })}>
                {color && (
                  <i
                    className="key"
                    style={hollow ? { borderColor: color } : { background: color, borderColor: color }}
                  />
                )}
                {text}
              </span>
            ))}
          </small>
        </h3>
        {tools}
      </div>
      {empty ? (
        <div className="card-empty" style={{ minHeight: height }}>
          <div>{empty}</div>
        </div>
      ) : (
        children
      )}
    </section>
  );
}
