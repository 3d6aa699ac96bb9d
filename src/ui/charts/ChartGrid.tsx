import './charts.css';
import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { ChartBar } from './ChartBar.tsx';
import { rewardCharts, SAMPLING_CHART, TRAIN_CHARTS, type ChartSpec } from './charts.ts';
import { bandsOf, difficultyCharts } from './difficulty-charts.ts';
import { LineCard } from './LineCard.tsx';
import { MassShareCard } from './MassShareCard.tsx';
import { STEP_PROFILE } from './plot-parts.ts';
import { reportedSources, sourceCharts } from './source-charts.ts';
import { SPLIT_CARD } from './split-part.ts';
import { TokenScatterCard } from './TokenScatterCard.tsx';

const cards = (charts: readonly ChartSpec[]) => charts.map((chart) => <LineCard key={chart.name} chart={chart} />);

/** The middle column: live charts of the run. */
export function ChartGrid() {
  const supervised = useRun((run) => run.running?.sft !== undefined);
  const validated = useRun((run) => run.running?.sft?.validation !== undefined);
  const reinforced = useRun((run) => run.running === undefined || run.running.rl !== undefined);
  const splitting = useRun((run) => (run.running?.rl?.split_every ?? 0) > 0);
  const refilling = useRun((run) => (run.running?.rl?.max_num_gen_batches ?? 1) > 1);
  const rewarded = useRun((run) => run.running?.task.rewards);
  const rewards = useMemo(() => rewarded && rewardCharts(rewarded), [rewarded]);
  const curriculum = useRun((run) => (run.running?.rl?.curriculum ?? 'none') !== 'none');
  const bands = useRun(useShallow((run) => bandsOf(run.frame?.series ?? {})));
  const byDifficulty = useMemo(
    () => (bands.length > 1 ? difficultyCharts(bands, { rewarded: rewarded !== undefined, curriculum }) : []),
    [bands, rewarded, curriculum],
  );
  const sources = useRun(useShallow((run) => reportedSources(run.frame?.series ?? {})));
  const bySource = useMemo(() => sourceCharts(sources), [sources]);
  const started = useRun((run) => run.frame !== undefined);
  return (
    <>
      <ChartBar />
      <div className="cards">
        {supervised && cards(TRAIN_CHARTS.sft)}
        {validated && cards(TRAIN_CHARTS.validation)}
        {cards(bySource)}
        {reinforced && (
          <>
            {cards(TRAIN_CHARTS.rl)}
            {rewards && cards(rewards)}
            <MassShareCard />
            {splitting && (
              <>
                <div className="cards three">{cards(TRAIN_CHARTS.split)}</div>
                <OnDemand part={SPLIT_CARD} props={{}} />
              </>
            )}
            <TokenScatterCard />
            {cards(byDifficulty)}
            {refilling && <LineCard chart={SAMPLING_CHART} />}
            {cards(TRAIN_CHARTS.update)}
          </>
        )}
        {started && <OnDemand part={STEP_PROFILE} props={{}} />}
      </div>
    </>
  );
}
