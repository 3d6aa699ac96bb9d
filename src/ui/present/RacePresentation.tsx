import '../race/race.css';
import { useMemo, type ReactNode } from 'react';
import { formatMetric, metricOf } from '../../run/metrics/lookup.ts';
import { usePresenter } from '../../store/presenter-store.ts';
import { raceLevel, useRace } from '../../store/race-store.ts';
import { overlaidLines } from '../charts/overlaid-lines.ts';
import type { DrawnLane } from '../race/lanes.ts';
import { RaceLanes } from '../race/RaceLanes.tsx';
import { RaceResponses } from '../race/RaceResponses.tsx';
import { RaceVerdict } from '../race/RaceVerdict.tsx';
import { useDrawnLanes } from '../race/use-drawn-lanes.ts';
import { useRaceTransport } from '../race/use-race-transport.ts';
import { preparationText, STATE_TEXT } from '../run/run-text.ts';
import { LargePlot } from './PresentedChart.tsx';
import { chosenCharts } from './presented-charts.ts';
import { Choices, Frame, Heading, useAxisText } from './PresenterParts.tsx';
import { TransportButtons } from './PresenterTransport.tsx';
import { RACED_CHARTS, type RacedChart } from './raced-charts.ts';

/** A race of two to four strategies: its curves, standings or responses, one at a time or two side by side. */
export function RacePresentation() {
  const lanes = useDrawnLanes();
  const chosen = usePresenter((presenter) => presenter.charts.race);
  const shown = chosenCharts(RACED_CHARTS, chosen);
  return (
    <>
      <RaceHeading />
      <div className="large-charts" data-count={shown.length}>
        {shown.map((chart) => (
          <LargeRaceChart key={chart.name} chart={chart} lanes={lanes} />
        ))}
      </div>
      <RaceTransport />
      <Choices charts={RACED_CHARTS} shown={shown} />
    </>
  );
}

/** The strategies, and how far all of them are. */
function RaceHeading() {
  const labels = useRace(({ lanes }) => lanes.map(({ label }) => label).join(', '));
  const state = useRace((race) => race.state);
  const level = useRace(raceLevel);
  const total = useRace((race) => race.total);
  const preparation = useRace((race) => race.preparation);
  const problem = useRace((race) => race.error);
  return (
    <Heading title={labels === '' ? 'No race yet' : `Race: ${labels}`}>
      {total > 0 && (
        <b data-testid="presenter-step">
          step {level} of {total}
        </b>
      )}{' '}
      <span data-testid="presenter-state">
        {state === 'preparing' ? preparationText(preparation ?? { stage: 'checking' }) : STATE_TEXT[state]}
      </span>
      {problem && (
        <span role="alert">
          {' '}
          {problem.message} {problem.advice}
        </span>
      )}
    </Heading>
  );
}

function LargeRaceChart({ chart, lanes }: { chart: RacedChart; lanes: readonly DrawnLane[] }) {
  if (chart.metric) return <LargeCurves chart={chart} metric={chart.metric} lanes={lanes} />;
  return (
    <Sheet chart={chart}>
      {chart.name === 'standings' ? (
        lanes.length > 0 && (
          <>
            <RaceLanes lanes={lanes} />
            <RaceVerdict lanes={lanes} />
          </>
        )
      ) : (
        <RaceResponses />
      )}
    </Sheet>
  );
}

interface LargeCurvesProps {
  chart: RacedChart;
  metric: NonNullable<RacedChart['metric']>;
  lanes: readonly DrawnLane[];
}

/** One line per strategy, with the newest value of each beside its name. */
function LargeCurves({ chart, metric, lanes }: LargeCurvesProps) {
  const size = useAxisText();
  const steps = useRace(({ race }) => (metric.phase === 'rl' || !race?.base.sft ? race?.base.rl?.steps : undefined));
  const { series, lines } = useMemo(() => overlaidLines(metric, lanes), [metric, lanes]);
  const figures = lines.map(({ key, title, color }) => ({
    text: `${title} ${formatMetric(metric.metric, series[key]?.values.at(-1) ?? NaN)}`,
    color,
  }));
  return (
    <Frame name={chart.name} title={chart.title} figures={figures}>
      {(height) => (
        <LargePlot
          name={`race-${metric.phase}/${metric.metric}`}
          plot={{ series, lines, unit: metricOf(metric.metric).unit, steps, height, size }}
        />
      )}
    </Frame>
  );
}

/** What is no plot, in a place that scrolls. */
function Sheet({ chart: { name, title }, children }: { chart: RacedChart; children: ReactNode }) {
  return (
    <section className="large-chart" aria-label={`${title}, large`} data-testid={`presented-${name}`}>
      <h3>{title}</h3>
      <div className="large-sheet present" tabIndex={0} role="group" aria-label={title}>
        {children}
      </div>
    </section>
  );
}

/** Start, Pause, Step and Stop of the race. */
function RaceTransport() {
  const { main, step, stop, run } = useRaceTransport();
  return (
    <TransportButtons
      main={main}
      step={step}
      end={stop}
      toggle={() => run(main.command)}
      oneStep={() => run(step.command)}
      onEnd={() => run(stop.command)}
      question="End the race? Its runs are kept on Runs; Start begins it again."
    />
  );
}
