import { useMemo } from 'react';
import { useRace, type RaceLane } from '../../store/race-store.ts';
import { drawnLane, type DrawnLane } from './lanes.ts';

/** Lanes as they were drawn last, by their records, which are replaced when a lane makes a step. */
const known = new WeakMap<RaceLane['records'], DrawnLane>();

/** Each lane is drawn again only when it has changed: in a race, one lane at a time does. */
export function useDrawnLanes(): readonly DrawnLane[] {
  const lanes = useRace((race) => race.lanes);
  return useMemo(
    () =>
      lanes.map((lane, i) => {
        const before = known.get(lane.records);
        const drawn = before ? { ...before, view: lane.view } : drawnLane(lane, i);
        known.set(lane.records, drawn);
        return drawn;
      }),
    [lanes],
  );
}
