/** Kept rollouts of a run as the page browses them: what it asks for, and bounded pieces of the answer. */
import type { RolloutView, Zone } from '../run/step-record.ts';
import type { PickedFile } from './models.ts';
import type { Result } from './result.ts';

/** How many bytes of rollouts a run may keep, and what was kept so far. */
export interface KeptFacts {
  /** Every how many steps one is kept: 1, 2, 4 ... */
  every: number;
  /** Kept steps. */
  steps: number;
  /** The newest kept step; 0 before the first. */
  newest: number;
  bytes: number;
  bound: number;
  /** Why rollouts are no longer stored in the browser; training continues. */
  problem?: string;
}

/** A run with kept rollouts. */
export interface KeptRolloutsView extends KeptFacts {
  run: string;
  /** The config's name; the page knows a later one. */
  name: string;
  /** Milliseconds since 1970. */
  started: number;
  /** It is the run that the worker holds, which may keep further steps. */
  held: boolean;
}

export interface KeptRolloutsList {
  /** Newest first; the run that the worker holds is the first. */
  runs: KeptRolloutsView[];
  /** Runs whose stored rollouts cannot be listed. */
  leftOut: number;
}

/** The same with what a view of it needs. */
export interface OpenedRollouts extends KeptRolloutsView {
  /** Kept steps in ascending order. */
  keptSteps: number[];
  /** Names of the problems' difficulty bands, in order of appearance. */
  difficulties: string[];
  /** Keys of the rewards, in order. */
  rewards: string[];
  /** Estimator of the KL to the reference policy, if the run computes it. */
  reference?: 'k1' | 'k2' | 'k3';
  /** The highest count of responses of a kept step, and how many of one did not fit into its share of the bound. */
  responses: number;
  leftOut: number;
  /** Stored steps that cannot be read. */
  damaged: number;
}

/** `preserved`: a gradient weight where PPO has none; `dropped`: gradient weight 0. */
export const TOKEN_EFFECTS = ['preserved', 'dropped'] as const;
export type ZoneFilter = Zone | (typeof TOKEN_EFFECTS)[number];

/** Whether the responses of a group are all correct, all incorrect, or both. */
export const GROUP_STATES = ['all-correct', 'all-incorrect', 'mixed'] as const;
export type GroupState = (typeof GROUP_STATES)[number];
export type GroupFilter = GroupState | 'zero-advantage';

/** `group`: by step, then by problem, under a heading for each; the others mix groups. */
export const ROLLOUT_ORDERS = ['group', 'reward', 'advantage', 'length', 'kl', 'clipped'] as const;
export type RolloutOrder = (typeof ROLLOUT_ORDERS)[number];

export interface RolloutQuery {
  /** One kept step; undefined for all. */
  step?: number;
  /** In the response, in any case. */
  text: string;
  /** In the prompt, in any case. */
  problem: string;
  /** Only this problem (`Problem.key`). */
  key?: string;
  /** Responses with at least one such token. */
  zone?: ZoneFilter;
  correct?: boolean;
  group?: GroupFilter;
  difficulty?: string;
  order: RolloutOrder;
  descending: boolean;
}

export const EVERY_ROLLOUT: RolloutQuery = { text: '', problem: '', order: 'group', descending: false };

/** The order of a report's responses. */
export const MOST_CLIPPED_FIRST: RolloutQuery = { ...EVERY_ROLLOUT, order: 'clipped', descending: true };

/**
 * What a query finds. An item is the id of a response, or `~id` of a group's first response for the group's heading
 * (order `group`): ids are `responseId`, and float64 holds them exactly.
 */
export interface FoundRollouts {
  items: Float64Array;
  responses: number;
  /** Steps with at least one found response. */
  steps: number;
  /** Responses searched. */
  searched: number;
}

/** Maximum responses of a step. */
export const MOST_RESPONSES = 65_536;
export const responseId = (step: number, index: number): number => step * MOST_RESPONSES + index;
export const stepOfId = (id: number): number => Math.floor(id / MOST_RESPONSES);
export const indexOfId = (id: number): number => id % MOST_RESPONSES;
/** Headings are negative. */
export const headingOf = (id: number): number => -1 - id;

/** A group's heading in the list. */
export interface GroupRow {
  kind: 'group';
  id: number;
  step: number;
  group: number;
  prompt: string;
  answer: string;
  /** `Problem.key`, by which a problem is followed over the steps. */
  key: string;
  difficulty?: string;
  correct: number;
  size: number;
  state: GroupState;
  /** Every advantage is 0: the group changes nothing. */
  zeroAdvantage: boolean;
}

/** A response in the list. */
export interface ResponseRow {
  kind: 'response';
  id: number;
  step: number;
  group: number;
  /** 0-based in its group. */
  sample: number;
  prompt: string;
  /** The response, or the part of a long one that has the match. */
  text: string;
  /** Start and end of the match in `text`. */
  match?: [number, number];
  reward: number;
  correct: boolean;
  finished: boolean;
  advantage: number;
  /** Tokens. */
  length: number;
  /** Undefined where no update used the response. */
  measured?: ResponseMeasures;
  state: GroupState;
}

/** Over the tokens of a response, when an update last used it. */
export interface ResponseMeasures {
  /** Mean ratio. */
  ratio: number;
  /** Mean k3 estimate of KL(old policy || policy), nats per token. */
  kl: number;
  /** Mean estimate of the KL to the reference policy, nats per token, if the run computes it. */
  klReference?: number;
  /** Shares of tokens: A < 0 below the clip range, A > 0 above it. */
  low: number;
  high: number;
}

export type RolloutRow = GroupRow | ResponseRow;

/** One response with all its tokens. */
export interface RolloutDetail {
  row: ResponseRow;
  group: GroupRow;
  /** The whole text. */
  text: string;
  /** As the live view shows it. */
  view: RolloutView;
  /** Tokens by zone, and by what the strategy did with them. */
  zones: Record<ZoneFilter, number>;
  /** The group's responses. */
  members: ResponseRow[];
  /** Kept steps that have the same problem. */
  steps: number[];
}

/** Which items of a list have their rows read. */
export interface RowWindow {
  first: number;
  count: number;
}

/** A run that gets the rollouts of a folder in an archive. */
export interface RolloutTarget {
  /** With a slash at its end; empty for the topmost one. */
  folder: string;
  run: string;
  name: string;
  /** Milliseconds since 1970. */
  started: number;
}

/** The worker's calls for kept rollouts; searches run there, so that the page is not blocked. */
export interface RolloutCalls {
  /** Runs with kept rollouts. */
  listRollouts(): Promise<Result<KeptRolloutsList>>;
  openRollouts(run: string): Promise<Result<OpenedRollouts>>;
  /** What a query finds, with the rows of a part of it. */
  findRollouts(
    run: string,
    query: RolloutQuery,
    window: RowWindow,
  ): Promise<Result<FoundRollouts & { rows: RolloutRow[] }>>;
  /** Rows of found items, without those that are no longer kept. @param text what was searched */
  rolloutRows(run: string, items: number[], text: string): Promise<Result<RolloutRow[]>>;
  readRollout(run: string, id: number, text: string): Promise<Result<RolloutDetail>>;
  /** The responses that a query finds, as JSONL (docs/rollouts.md). @param name of the run */
  exportRollouts(run: string, query: RolloutQuery, name: string): Promise<Result<Blob>>;
  /** A kept step as a file of the run's archive; undefined if it is no longer kept. */
  rolloutFile(run: string, step: number): Promise<Result<Uint8Array<ArrayBuffer> | undefined>>;
  /** Stores the rollouts in archives or folders. @returns how many runs have got some */
  importRollouts(files: PickedFile[], runs: RolloutTarget[]): Promise<Result<number>>;
}
