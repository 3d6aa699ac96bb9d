import { useMemo } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { configDifferences, firstMetricDifference } from '../../run/config-difference.ts';
import type { StepRecord } from '../../run/step-record.ts';

interface ComparedRun {
  run: ArchivedRun;
  label: string;
  color: string;
  records: readonly StepRecord[];
}

/** Longer values, such as WGSL sources, are truncated. */
const LONGEST = 60;

/** Minimum column widths: with many runs the table scrolls. */
const FIELD_WIDTH = 230;
const RUN_WIDTH = 110;

/** Fields in which recipes differ, one column per run; for equal recipes, whether their metrics are equal. */
export function ConfigDifference({ runs }: { runs: readonly ComparedRun[] }) {
  const rows = useMemo(() => {
    const adapters = runs.map(({ run }) => run.adapter || 'unknown');
    const fields = configDifferences(runs.map(({ run }) => run.config));
    return new Set(adapters).size > 1 ? [...fields, { path: 'adapter', values: adapters }] : fields;
  }, [runs]);
  if (rows.length === 0) return <SameRecipe runs={runs} />;
  return (
    <section className="card difference" aria-label="Recipe differences">
      <h3 className="card-title">
        Recipes differ in {rows.length} field{rows.length === 1 ? '' : 's'}
      </h3>
      <div className="difference-scroll" tabIndex={0} role="group" aria-label="Fields that differ">
        <table
          className="table"
          style={{ minWidth: FIELD_WIDTH + RUN_WIDTH * runs.length }}
          data-testid="config-difference"
        >
          <thead>
            <tr>
              <th scope="col">Field</th>
              {runs.map(({ run, label, color }) => (
                <th key={run.id} scope="col" title={label}>
                  <i className="swatch" style={{ background: color }} />
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, values }) => (
              <tr key={path}>
                <th scope="row" className="mono">
                  {path}
                </th>
                {values.map((value, i) => (
                  <td key={i} title={value} className={value === undefined ? 'aside' : undefined}>
                    {value === undefined ? 'none' : value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}
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

function SameRecipe({ runs }: { runs: readonly ComparedRun[] }) {
  const [first, ...others] = runs;
  if (!first) return null;
  const shared = Math.min(...runs.map(({ records }) => records.length));
  const different = others
    .map(({ records }) => firstMetricDifference(first.records, records))
    .find((one) => one !== undefined);
  return (
    <section className="card difference" aria-label="Recipe differences" data-testid="same-recipe">
      <p className="hint">
        {runs.length === 2 ? 'Both' : 'All'} have the same recipe, seed and adapter.{' '}
        {different
          ? `But their metrics differ from ${different.phase} step ${different.step} on (${different.metric}). A ` +
            'different version of the studio or the browser can cause this.'
          : `Their metrics are bit-identical in all ${shared} records that ${runs.length === 2 ? 'both' : 'all'} have.`}
      </p>
    </section>
  );
}
