import type { Zone } from '../run/step-record.ts';
import { ZONE_INFO, zoneFill } from './zones.ts';

/** Legend of the zone colours. */
export function ZoneLegend({ zones }: { zones: readonly Zone[] }) {
  return (
    <ul className="legend">
      {zones.map((zone) => (
        <li key={zone} title={ZONE_INFO[zone].meaning}>
          <i style={{ background: zoneFill(zone) }} />
          {ZONE_INFO[zone].title}
        </li>
      ))}
    </ul>
  );
}
