import { shareText, STAGE_TITLES } from '../../report/report-text.ts';
import { ToolCard } from '../charts/ToolCard.tsx';
import { percent } from '../format.ts';
import type { Bar, BarRow } from './bar-rows.ts';
import { STAGE_COLORS } from './stage-colors.ts';

interface BarsCardProps {
  name: string;
  title: string;
  /** What a bar is. */
  subtitle: string;
  rows: readonly BarRow[];
  /** Shown instead of bars where there are none. */
  empty: string;
  /** The run, for names of files. */
  run: string;
}

/** Shares per category, one bar per stage with its interval. */
export function BarsCard({ name, title, subtitle, rows, empty, run }: BarsCardProps) {
  return (
    <ToolCard
      name={`report-${name}`}
      title={title}
      figures={[{ text: subtitle }]}
      empty={rows.length === 0 ? empty : undefined}
      subtitle={subtitle}
      onExport={(format) =>
        void import('./bars-export.ts').then(({ exportBars }) => exportBars({ title, subtitle, run, rows }, format))
      }
    >
      {() => (
        <dl className="report-bars">
          {rows.map((row) => (
            <div key={row.name} className="report-bar-row">
              <dt>
                {row.name}
                {row.aside !== undefined && <span className="aside"> {row.aside}</span>}
              </dt>
              {row.bars.map((bar) => (
                <BarLine key={bar.stage} bar={bar} />
              ))}
            </div>
          ))}
        </dl>
      )}
    </ToolCard>
  );
}

function BarLine({ bar: { stage, value, interval, aside } }: { bar: Bar }) {
  const text = value === undefined ? '–' : percent(value);
  const said = value !== undefined && interval ? shareText(value, interval) : text;
  return (
    <dd title={`${STAGE_TITLES[stage]}: ${said}`} data-more={aside !== undefined}>
      <span className="visually-hidden">{STAGE_TITLES[stage]}: </span>
      <span className="report-bar" aria-hidden>
        {value !== undefined && <i style={{ width: `${100 * value}%`, background: STAGE_COLORS[stage] }} />}
        {interval && <b style={{ left: `${100 * interval[0]}%`, width: `${100 * (interval[1] - interval[0])}%` }} />}
      </span>
      <span className="report-bar-value">
        {text}
        {aside !== undefined && <span className="aside">, {aside}</span>}
      </span>
    </dd>
  );
}
