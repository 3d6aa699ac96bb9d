import { memo, useId } from 'react';
import { Area, AreaChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { stepTicks } from '../../run/metrics/ticks.ts';
import { unitOf } from '../../run/metrics/units.ts';
import type { Zone } from '../../run/step-record.ts';
import { percent } from '../format.ts';
import { ZONE_INFO, ZONE_PATTERNS, zoneColor } from '../zones.ts';
import { CARD_TEXT, chartParts } from './chart-parts.ts';
import { rowsInside, stepsShown, type StepRange } from './lines.ts';
import { MASS_ZONES, massOpacity, massSummary, type MassRow } from './mass-rows.ts';
import { useStepDrag } from './use-step-drag.tsx';

interface MassAreasProps {
  rows: readonly MassRow[];
  /** Steps of the run, for the axis. */
  steps: number | undefined;
  height: number;
  /** The steps that are shown; all without it. */
  range: StepRange | undefined;
  onRange?: (range: StepRange | undefined) => void;
  /** Size of the text, px. */
  size?: number;
}

/** Shares of the gradient's mass as stacked areas over steps. Dragging selects steps to zoom in on. */
export const MassAreas = memo(function MassAreas({
  rows,
  steps,
  height,
  range,
  onRange,
  size = CARD_TEXT,
}: MassAreasProps) {
  const parts = chartParts(size);
  const [first, last] = stepsShown(rows, steps, range);
  const { handlers, selection } = useStepDrag(onRange);
  const patterns = useId();
  const shown = rowsInside(rows, range);
  return (
    <div role="img" aria-label={massSummary(shown)}>
      <ResponsiveContainer width="100%" height={height}>
        <AreaChart
          data={[...shown]}
          stackOffset="expand"
          margin={parts.margin}
          accessibilityLayer={false}
          {...handlers}
        >
          <defs>
            {MASS_ZONES.map((zone) => (
              <pattern key={zone} id={`${patterns}-${zone}`} width={6} height={6} patternUnits="userSpaceOnUse">
                <rect width={6} height={6} fill={zoneColor(zone)} />
                <path d={ZONE_PATTERNS[zone].path} stroke="var(--zone-hatch)" strokeWidth={1} />
              </pattern>
            ))}
          </defs>
          <XAxis {...parts.x} domain={[first, last]} ticks={stepTicks(first, last, 8)} allowDataOverflow={!!range} />
          <YAxis {...parts.y} ticks={[0, 0.5, 1]} tickFormatter={unitOf('share').tick} />
          <Tooltip
            {...parts.tooltip}
            formatter={(value, _name, item) => [percent(Number(value)), ZONE_INFO[item.dataKey as Zone].title]}
            labelFormatter={(step) => `step ${step}`}
          />
          {MASS_ZONES.map((zone) => (
            <Area
              key={zone}
              dataKey={zone}
              stackId="mass"
              stroke="none"
              fill={`url(#${patterns}-${zone})`}
              fillOpacity={massOpacity(zone)}
              isAnimationActive={false}
            />
          ))}
          {selection}
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
});
