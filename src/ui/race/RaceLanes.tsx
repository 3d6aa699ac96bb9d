import { ZONES } from '../../run/step-record.ts';
import { useRace } from '../../store/race-store.ts';
import { ZoneLegend } from '../ZoneLegend.tsx';
import { LaneCard } from './LaneCard.tsx';
import type { DrawnLane } from './lanes.ts';

/** The standings: one card per strategy, and what their bars show. */
export function RaceLanes({ lanes }: { lanes: readonly DrawnLane[] }) {
  const turn = useRace(({ turn: index, state }) => (state === 'running' ? index : undefined));
  return (
    <>
      <div className="race-lanes" style={{ ['--lanes' as string]: lanes.length }}>
        {lanes.map((lane, i) => (
          <LaneCard key={lane.id} lane={lane} acting={turn === i} />
        ))}
      </div>
      <div className="race-zones">
        <span className="aside">Bars: gradient mass by zone</span>
        <ZoneLegend zones={ZONES} />
      </div>
    </>
  );
}
