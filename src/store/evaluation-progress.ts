/** Progress of the running evaluation; apart from its results, which load with their page. */
import { create } from 'zustand';
import type { EvaluationProgress } from '../views/evaluation.ts';

export const useEvaluationProgress = create<{ progress: EvaluationProgress | undefined }>()(() => ({
  progress: undefined,
}));

export const receiveEvaluation = (progress: EvaluationProgress): void =>
  useEvaluationProgress.setState((state) => (state.progress ? { progress } : {}));

/** It ended, or the worker or its device was lost, which is reported elsewhere. */
export const endEvaluation = (): void => useEvaluationProgress.setState({ progress: undefined });
