import { useMemo } from 'react';
import { ZONES } from '../../run/step-record.ts';
import { useRun } from '../../store/run-store.ts';
import { percent } from '../format.ts';
import { Term } from '../learn/Term.tsx';
import { OnDemand } from '../OnDemand.tsx';
import { MASS_AREAS } from './plot-parts.ts';
import { ZoneLegend } from '../ZoneLegend.tsx';
import { Card } from './Card.tsx';
import { MASS_HEIGHT, MASS_ZONES, type MassRow } from './mass-rows.ts';

/** Share of the gradient's mass, sum |f w A|, by zone. */
export function MassShareCard() {
  const length = useRun(
    (run) => `${run.frame?.massShare.inside.steps.length ?? 0}:${run.frame?.massShare.inside.steps.at(-1) ?? ''}`,
  );
  const steps = useRun((run) => run.running?.rl?.steps);
  const rows = useMemo(() => (length === '0:' ? [] : massRows()), [length]);
  const last = rows.at(-1);
  const outside = last
    ? ZONES.filter((zone) => zone !== 'inside').reduce((sum, zone) => sum + (last[zone] ?? 0), 0)
    : 0;
  return (
    <Card
      wide
      name="mass-share"
      title="Gradient mass by zone"
      heading={
        <>
          <Term id="gradient-mass" lesson>
            Gradient mass
          </Term>{' '}
          by{' '}
          <Term id="zone" lesson>
            zone
          </Term>
        </>
      }
      figures={last && [{ text: `${percent(outside)} from outside the clip range, step ${last.step}` }]}
      empty={
        rows.length === 0
          ? 'Share of gradient mass, Σ|f w A|, per zone (f: aggregation factor, w: gradient weight, A: advantage). ' +
            'PPO sets the orange and dark blue zones to 0'
          : undefined
      }
      height={MASS_HEIGHT}
    >
      <OnDemand part={MASS_AREAS} props={{ rows, steps }} waiting={<div style={{ height: MASS_HEIGHT }} />} />
      <ZoneLegend zones={MASS_ZONES} />
    </Card>
  );
}

function massRows(): MassRow[] {
  const share = useRun.getState().frame?.massShare;
  if (!share) return [];
  return share.inside.steps.map((step, i) => ({
    step,
    ...Object.fromEntries(ZONES.map((zone) => [zone, share[zone].values[i] ?? 0])),
  }));
}
