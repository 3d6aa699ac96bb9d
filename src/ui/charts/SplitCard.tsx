import { ZONES } from '../../run/step-record.ts';
import { formatValue } from '../../run/metrics/units.ts';
import { useRun } from '../../store/run-store.ts';
import { percent } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import { Card } from './Card.tsx';

/** The newest exact gradient split: norm and cosines per zone and layer. */
export function SplitCard() {
  const split = useRun((run) => run.frame?.split);
  const metric = (name: string) => split?.metrics[`gradient_split/${name}`];
  const groups = ['', ...parameterGroupsOf(split?.metrics ?? {})];
  const parts = ZONES.filter((zone) => (metric(`${zone}/norm`) ?? 0) > 0);
  const { split_ms: cost = 0, step_ms: whole = 1 } = split?.time ?? {};
  const figures = split && [{ text: `step ${split.step} · ${percent(cost / whole, 0)} of step time` }];
  return (
    <Card
      wide
      name="split"
      title="Exact gradient by layer"
      heading={
        <Term id="gradient-split" lesson>
          Exact gradient by layer
        </Term>
      }
      figures={figures}
      empty={split ? undefined : 'Gradient norm per layer and zone'}
      height={120}
    >
      <p className="hint">
        Gradient norm; below it, the cosine with the gradient of the tokens inside the clip range / with the unclipped
        gradient.
      </p>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th>zone</th>
              {groups.map((group) => (
                <th key={group}>{group === '' ? 'whole model' : group}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map((zone) => (
              <tr key={zone}>
                <th scope="row">
                  <i className="swatch" style={{ background: zoneColor(zone) }} />
                  {ZONE_INFO[zone].title}
                </th>
                {groups.map((group) => {
                  const at = (what: string) => metric(`${zone}${group === '' ? '' : `/layers/${group}`}/${what}`);
                  const cosines = [zone === 'inside' ? 1 : at('cosine_inside'), at('cosine_unclipped')].map((value) =>
                    value === undefined || !Number.isFinite(value)
                      ? '–'
                      : formatValue('cosine', value).replace('-', '−'),
                  );
                  return (
                    <td key={group}>
                      <b>{formatValue('norm', at('norm') ?? 0)}</b>
                      <div className="aside">{cosines.join(' / ')}</div>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** Names of the parameter groups, in the order of the split. */
function parameterGroupsOf(metrics: Record<string, number>): string[] {
  const found = Object.keys(metrics).flatMap(
    (name) => /^gradient_split\/inside\/layers\/(.+)\/norm$/.exec(name)?.[1] ?? [],
  );
  return [...new Set(found)];
}
