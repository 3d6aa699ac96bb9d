import { memo } from 'react';
import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { stepTicks } from '../../run/metrics/ticks.ts';
import { unitOf } from '../../run/metrics/units.ts';
import type { Zone } from '../../run/step-record.ts';
import { percent } from '../format.ts';
import { ZONE_INFO, zoneColor } from '../zones.ts';
import { TOOLTIP, X_AXIS, Y_AXIS } from './chart-parts.ts';
import { stepsShown } from './lines.ts';
import { MASS_HEIGHT, MASS_ZONES, type MassRow } from './mass-rows.ts';

/** Shares of the gradient's mass as stacked areas over steps. */
export const MassAreas = memo(function MassAreas({ rows, steps }: { rows: MassRow[]; steps: number | undefined }) {
  const [first, last] = stepsShown(rows, steps, undefined);
  return (
    <ResponsiveContainer width="100%" height={MASS_HEIGHT}>
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
        {MASS_ZONES.map((zone) => (
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
