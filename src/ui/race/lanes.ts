/** The lanes of a race as the page draws them: colours, curves, newest figures, and when they collapsed. */
import { seriesOf } from '../../archive/run-curves.ts';
import { collapsesOf, type Collapses } from '../../advice/collapse.ts';
import { seriesKey } from '../../run/metrics/lookup.ts';
import type { RunConfig } from '../../run/config.ts';
import { ZONES, type RolloutView, type StepRecord, type Zone } from '../../run/step-record.ts';
import type { RaceLane } from '../../store/race-store.ts';
import { RACE_CHARTS } from '../charts/charts.ts';
import type { OverlaidRun } from '../charts/overlaid-lines.ts';
import { seriesColor } from '../palette.ts';

const KEYS = RACE_CHARTS.map(seriesKey);

export interface DrawnLane extends OverlaidRun {
  view: RaceLane['view'];
  collapses: Collapses;
  /** Completed RL steps. */
  rlStep: number;
  latest: StepRecord | undefined;
  evaluated: StepRecord | undefined;
}

/** @param index of the lane, which gives its colour */
export function drawnLane({ id, label, config, view, records }: RaceLane, index: number): DrawnLane {
  const latest = records.findLast(({ phase }) => phase === 'rl');
  return {
    id,
    label,
    color: seriesColor(index),
    view,
    series: seriesOf(records, KEYS),
    collapses: collapsesOf(records, updatesOf(config)),
    rlStep: latest?.step ?? 0,
    latest,
    evaluated: records.findLast(({ phase }) => phase === 'evaluation'),
  };
}

const updatesOf = ({ rl }: RunConfig): number => (rl ? rl.minibatches * rl.epochs : 1);

/** Share of tokens and of gradient mass per zone; undefined while no update has a gradient. */
export function zonesOf(record: StepRecord | undefined): Record<Zone, { fraction: number; mass: number }> | undefined {
  const figure = (zone: Zone, name: 'fraction' | 'mass') => record?.metrics[`zone/${zone}/${name}`] ?? 0;
  const total = ZONES.reduce((sum, zone) => sum + figure(zone, 'mass'), 0);
  if (total === 0) return undefined;
  return Object.fromEntries(
    ZONES.map((zone) => [zone, { fraction: figure(zone, 'fraction'), mass: figure(zone, 'mass') / total }]),
  ) as Record<Zone, { fraction: number; mass: number }>;
}

export interface ShownResponses {
  step: number;
  rollouts: readonly RolloutView[];
}

/** Responses of each lane at the newest step that all lanes with responses have, else each lane's newest. */
export function commonResponses(
  lanes: readonly Pick<RaceLane, 'responses' | 'view'>[],
): (ShownResponses | undefined)[] {
  const racing = lanes.filter(({ view, responses }) => responses.length > 0 && view.state !== 'failed');
  const steps = racing[0]?.responses.map(({ step }) => step) ?? [];
  const common = steps.findLast((step) => racing.every(({ responses }) => responses.some((one) => one.step === step)));
  return lanes.map(({ responses }) => responses.find(({ step }) => step === common) ?? responses.at(-1));
}

/** The different prompts of the responses, in order. */
export const promptsOf = (shown: readonly (ShownResponses | undefined)[]): string[] => [
  ...new Set(shown.flatMap((one) => one?.rollouts.map(({ prompt }) => prompt) ?? [])),
];
