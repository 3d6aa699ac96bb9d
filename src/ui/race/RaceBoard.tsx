import { useMemo } from 'react';
import { metricOf, seriesKey } from '../../run/metrics/lookup.ts';
import { ZONES, type Phase } from '../../run/step-record.ts';
import { useRace, type RaceLane } from '../../store/race-store.ts';
import { RACE_CHARTS } from '../charts/charts.ts';
import { ChartsBar } from '../charts/ChartsBar.tsx';
import { OverlayCard } from '../charts/OverlayCard.tsx';
import { ZoneLegend } from '../ZoneLegend.tsx';
import { LaneCard } from './LaneCard.tsx';
import { drawnLane, type DrawnLane } from './lanes.ts';
import { RaceResponses } from './RaceResponses.tsx';
import { RaceVerdict } from './RaceVerdict.tsx';

/** Lanes as they were drawn last, by their records, which are replaced when a lane makes a step. */
const known = new WeakMap<RaceLane['records'], DrawnLane>();

/** Each lane is drawn again only when it has changed: in a race, one lane at a time does. */
function useDrawnLanes(): readonly DrawnLane[] {
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

/** The race: standings, who collapsed first, curves, and responses to one prompt. @param large for a talk */
export function RaceBoard({ large = false }: { large?: boolean }) {
  const lanes = useDrawnLanes();
  const race = useRace((state) => state.race);
  const turn = useRace(({ turn: index, state }) => (state === 'running' ? index : undefined));
  // With an SFT stage, steps of evaluations are counted over both.
  const stepsOf = (phase: Phase) => (phase === 'rl' || !race?.base.sft ? race?.base.rl?.steps : undefined);
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
      <RaceVerdict lanes={lanes} />
      <ChartsBar lines={lanes} />
      <div className="cards">
        {RACE_CHARTS.map((chart) => (
          <OverlayCard
            key={seriesKey(chart)}
            chart={chart}
            drawn={lanes}
            steps={stepsOf(chart.phase)}
            name="race"
            run="race"
            subtitle={lanes.map(({ label }) => label).join(', ')}
            height={large ? 250 : 180}
            empty={metricOf(chart.metric).help}
          />
        ))}
      </div>
      <RaceResponses />
    </>
  );
}
