/** Evaluations of this page: the settings of the next one, and the results that are kept in memory. */
import { create } from 'zustand';
import type { RunConfig } from '../run/config.ts';
import { MOST_RESPONSES, responsesOf, type EvaluationRequest, type EvaluationResult } from '../views/evaluation.ts';
import type { ErrorView } from '../views/result.ts';
import { studioApi } from './connection.ts';
import { endEvaluation, useEvaluationProgress } from './evaluation-progress.ts';
import { consentTo } from './foreign-code.ts';
import { labelOf } from './playground-store.ts';
import { ownRecipe } from './recipe-store.ts';

export type EvaluationSettings = Pick<EvaluationRequest, 'samples' | 'problems' | 'temperature' | 'seed' | 'maxTokens'>;

/** A finished evaluation. */
export interface Evaluation extends EvaluationResult {
  /** From 1, in the order in which they were made. */
  number: number;
  /** The model as it was called then: a policy with its step. */
  model: string;
  request: EvaluationRequest;
}

export type ChangeFilter = 'all' | 'improved' | 'worse' | 'same' | 'incorrect';

interface EvaluateState {
  /** Id of the chosen model; empty: none. */
  model: string;
  /** Undefined: the recipe's. */
  task: RunConfig['task'] | undefined;
  settings: EvaluationSettings;
  error: ErrorView | undefined;
  /** Oldest first. */
  evaluations: readonly Evaluation[];
  /** Evaluations that were dropped because of the cap. */
  dropped: number;
  /** Number of the shown one, and of the one before training that it is compared with. */
  shown: number | undefined;
  before: number | undefined;
  search: string;
  filter: ChangeFilter;
  choose: (model: string) => void;
  chooseTask: (task: RunConfig['task'] | undefined) => void;
  set: (change: Partial<EvaluationSettings>) => void;
  /** @param task the recipe's, where none is chosen */
  run: (task: RunConfig['task']) => Promise<void>;
  cancel: () => void;
  show: (number: number) => void;
  compareWith: (number: number | undefined) => void;
  find: (change: Partial<Pick<EvaluateState, 'search' | 'filter'>>) => void;
  remove: (number: number) => void;
}

export const useEvaluate = create<EvaluateState>()((set, get) => {
  let made = 0;
  return {
    model: '',
    task: undefined,
    settings: { samples: 4, problems: 64, temperature: 1, seed: 0 },
    error: undefined,
    evaluations: [],
    dropped: 0,
    shown: undefined,
    before: undefined,
    search: '',
    filter: 'all',
    choose: (model) => set({ model }),
    chooseTask: (task) => set({ task }),
    set: (change) => set(({ settings }) => ({ settings: withoutUndefined({ ...settings, ...change }) })),
    run: async (task) => {
      const { model, settings } = get();
      if (!(await consentTo('The task', task, ownRecipe()))) return;
      const request: EvaluationRequest = { model, task, ...settings };
      // A policy is named by its step, which is another one later.
      const name = labelOf(model);
      set({ error: undefined });
      useEvaluationProgress.setState({ progress: { stage: 'loading' } });
      const result = await studioApi().evaluate(request);
      endEvaluation();
      if (!result.ok) {
        if (result.error.kind !== 'cancelled') set({ error: result.error });
        return;
      }
      const evaluation: Evaluation = { ...result.value, number: ++made, model: name, request };
      set((state) => {
        const kept = withinCap([...state.evaluations, evaluation]);
        const before = state.shown !== undefined && kept.some((one) => comparable(one, evaluation, state.shown));
        return {
          evaluations: kept,
          dropped: state.dropped + state.evaluations.length + 1 - kept.length,
          shown: evaluation.number,
          // The one that was shown, when it is of the same problems: before and after training.
          before: before ? state.shown : undefined,
          filter: 'all',
          // A search in other problems would hide these.
          search: before ? state.search : '',
        };
      });
    },
    cancel: () => void studioApi().cancelEvaluation(),
    show: (shown) => set(({ before }) => ({ shown, before: before === shown ? undefined : before })),
    compareWith: (before) => set({ before, filter: 'all' }),
    find: (change) => set(change),
    remove: (number) =>
      set(({ evaluations, shown, before }) => {
        const left = evaluations.filter((one) => one.number !== number);
        return {
          evaluations: left,
          shown: shown === number ? left.at(-1)?.number : shown,
          before: before === number ? undefined : before,
        };
      }),
  };
});

/** Whether an earlier evaluation with that number is of the same task. */
const comparable = (one: Evaluation, other: Evaluation, number: number | undefined): boolean =>
  one.number === number && JSON.stringify(one.request.task) === JSON.stringify(other.request.task);

/** The newest evaluations that have at most MOST_RESPONSES responses together; the newest always. */
export function withinCap(evaluations: readonly Evaluation[]): Evaluation[] {
  let left = MOST_RESPONSES;
  const kept: Evaluation[] = [];
  for (const one of [...evaluations].reverse()) {
    left -= responsesOf({ problems: one.problems.length, samples: one.request.samples });
    if (left < 0 && kept.length > 0) break;
    kept.unshift(one);
  }
  return kept;
}

function withoutUndefined({ maxTokens, ...settings }: Partial<EvaluationSettings>): EvaluationSettings {
  return { ...settings, ...(maxTokens !== undefined && { maxTokens }) } as EvaluationSettings;
}
