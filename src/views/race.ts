/** A race as the page draws it; its curves are made from the records, which are sent once each. */
import type { RolloutView } from '../run/step-record.ts';
import type { ErrorView } from './result.ts';
import type { RunStatus } from './run-view.ts';

/** Prompts of a step whose responses are sent, the same for all lanes, and responses to each. */
export const MAX_RACE_PROMPTS = 6;
export const MAX_RACE_RESPONSES = 2;

export interface LaneView {
  state: 'racing' | 'finished' | 'stopped' | 'failed';
  /** Completed steps over all stages. */
  step: number;
  /** Why it failed. */
  error?: ErrorView;
}

/** The first responses to the first prompts of a lane's newest step. */
export interface LaneResponses {
  lane: number;
  step: number;
  rollouts: RolloutView[];
}

/** At most 10 per second are sent. */
export interface RaceFrame {
  /** The page's name of the race. */
  race: string;
  state: RunStatus;
  /** The lane whose step is being made, and what it does. */
  turn?: number;
  activity: string;
  lanes: LaneView[];
  /** Steps of each lane, over all stages. */
  steps: number;
  /** Of the lanes that made a step since the last frame. */
  responses: LaneResponses[];
  /** Why all lanes ended: the device was lost. */
  error?: ErrorView;
}

export interface RaceOptions {
  /** The page's name of the race. */
  race: string;
  /** Waits for a first `resume`. */
  paused: boolean;
}
