import { metricOf, seriesKey } from '../../run/metrics/lookup.ts';
import type { Phase } from '../../run/step-record.ts';
import { useRace } from '../../store/race-store.ts';
import { RACE_CHARTS } from '../charts/charts.ts';
import { ChartsBar } from '../charts/ChartsBar.tsx';
import { OverlayCard } from '../charts/OverlayCard.tsx';
import { RaceLanes } from './RaceLanes.tsx';
import { RaceResponses } from './RaceResponses.tsx';
import { RaceVerdict } from './RaceVerdict.tsx';
import { useDrawnLanes } from './use-drawn-lanes.ts';

/** The race: standings, who collapsed first, curves, and responses to one prompt. @param large for a talk */
export function RaceBoard({ large = false }: { large?: boolean }) {
  const lanes = useDrawnLanes();
  const race = useRace((state) => state.race);
  // With an SFT stage, steps of evaluations are counted over both.
  const stepsOf = (phase: Phase) => (phase === 'rl' || !race?.base.sft ? race?.base.rl?.steps : undefined);
  return (
    <>
      <RaceLanes lanes={lanes} />
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
