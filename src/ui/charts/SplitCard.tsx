import { useMemo } from 'react';
import { useRun } from '../../store/run-store.ts';
import { percent } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { ZONE_INFO, zoneFill } from '../zones.ts';
import { splitTable, type SplitTable } from './split-table.ts';
import { cosineText, normText } from './split-text.ts';
import { ToolCard } from './ToolCard.tsx';
import { useRunLabel } from './use-run-label.ts';
import { Table } from '../Table.tsx';

const TITLE = 'Exact gradient by layer';

/** The newest exact gradient split: norm and cosines per zone and layer. */
export function SplitCard() {
  const split = useRun((run) => run.frame?.split);
  const { run, subtitle } = useRunLabel();
  const table = useMemo(() => splitTable(split?.metrics ?? {}), [split]);
  const { split_ms: cost = 0, step_ms: whole = 1 } = split?.time ?? {};
  const title = `${subtitle}, step ${split?.step}`;
  return (
    <ToolCard
      wide
      name="split"
      title={TITLE}
      heading={
        <Term id="gradient-split" lesson>
          {TITLE}
        </Term>
      }
      figures={split && [{ text: `step ${split.step} · ${percent(cost / whole, 0)} of step time` }]}
      empty={split ? undefined : 'Gradient norm per layer and zone'}
      height={120}
      subtitle={title}
      onExport={(format) =>
        void import('./split-export.ts').then(({ exportSplit }) =>
          exportSplit({ title: TITLE, subtitle: title, run, table }, format),
        )
      }
    >
      {() => <SplitRows table={table} />}
    </ToolCard>
  );
}

function SplitRows({ table: { groups, rows } }: { table: SplitTable }) {
  return (
    <>
      <p className="hint">
        Gradient norm; below it, the cosine with the gradient of the tokens inside the clip range / with the unclipped
        gradient.
      </p>
      <Table heads={['zone', ...groups]}>
        {rows.map(({ zone, cells }) => (
          <tr key={zone}>
            <th scope="row">
              <i className="swatch" style={{ background: zoneFill(zone) }} />
              {ZONE_INFO[zone].title}
            </th>
            {cells.map((cell, i) => (
              <td key={groups[i]}>
                <b>{normText(cell)}</b>
                <div className="aside">{cosineText(cell)}</div>
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </>
  );
}
