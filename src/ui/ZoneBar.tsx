import './zone-bar.css';
import { ZONES, type Zone } from '../run/step-record.ts';
import { percent } from './format.ts';
import { ZONE_INFO, zoneFill } from './zones.ts';

/** Shares of gradient mass by zone as one bar. */
export function ZoneBar({ zones }: { zones: Record<Zone, { fraction: number; mass: number }> }) {
  const text = ZONES.filter((zone) => zones[zone].fraction > 0).map(
    (zone) =>
      `${ZONE_INFO[zone].title}: ${percent(zones[zone].mass)} of gradient mass, ${percent(zones[zone].fraction)} ` +
      'of tokens',
  );
  return (
    <span className="zone-bar" role="img" aria-label={text.join('; ')} title={text.join('\n')}>
      {ZONES.map(
        (zone) =>
          zones[zone].mass > 0 && (
            <i key={zone} style={{ width: `${100 * zones[zone].mass}%`, background: zoneFill(zone) }} />
          ),
      )}
    </span>
  );
}
