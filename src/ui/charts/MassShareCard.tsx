import { memo, useMemo } from 'react';
import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { stepTicks } from '../../run/metrics/ticks.ts';
import { unitOf } from '../../run/metrics/units.ts';
import { ZONES, type Zone } from '../../run/step-record.ts';
import { useRun } from '../../store/run-store.ts';
import { percent } from '../format.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import { Term } from '../learn/Term.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';
import { Card } from './Card.tsx';
import { TOOLTIP, X_AXIS, Y_AXIS } from './chart-parts.ts';
import { stepsShown } from './lines.ts';

/** Bottom to top. */
const ORDER: Zone[] = ['inside', 'positive-low', 'negative-high', 'negative-low', 'positive-high'];
const HEIGHT = 150;

type Row = { step: number } & Partial<Record<Zone, number>>;

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
      height={HEIGHT}
    >
      <Areas rows={rows} steps={steps} />
      <ZoneLegend zones={ORDER} />
    </Card>
  );
}

function massRows(): Row[] {
  const share = useRun.getState().frame?.massShare;
  if (!share) return [];
  return share.inside.steps.map((step, i) => ({
    step,
    ...Object.fromEntries(ZONES.map((zone) => [zone, share[zone].values[i] ?? 0])),
  }));
}

const Areas = memo(function Areas({ rows, steps }: { rows: Row[]; steps: number | undefined }) {
  const [first, last] = stepsShown(rows, steps, undefined);
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <AreaChart
        data={rows}
        stackOffset="expand"
        margin={{ top: 6, right: 8, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis {...X_AXIS} domain={[first, last]} ticks={stepTicks(first, last, 8)} />
        <YAxis {...Y_AXIS} ticks={[0, 0.5, 1]} tickFormatter={unitOf('share').tick} />
        <Tooltip
          {...TOOLTIP}
          formatter={(value, _name, item) => [percent(Number(value)), ZONE_INFO[item.dataKey as Zone].title]}
          labelFormatter={(step) => `step ${step}`}
        />
        {ORDER.map((zone) => (
          <Area
            key={zone}
            dataKey={zone}
            stackId="mass"
            stroke="none"
            fill={zoneColor(zone)}
            fillOpacity={zone === 'inside' ? 0.28 : 0.95}
            isAnimationActive={false}
          />
        ))}
      </AreaChart>
    </ResponsiveContainer>
  );
});
