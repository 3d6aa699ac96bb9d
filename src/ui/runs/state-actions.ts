/** What the Runs page does with a kept state. */
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { fileNameOf } from '../../run/run-name.ts';
import { studioApi } from '../../store/connection.ts';
import { useEvaluate } from '../../store/evaluate-store.ts';
import { usePage } from '../../store/page-store.ts';
import { usePlayground } from '../../store/playground-store.ts';
import { useRecipe } from '../../store/recipe-store.ts';
import { resumeKept } from '../../store/resume-run.ts';
import { useStates } from '../../store/states-store.ts';
import { stateLabel, stateModelId, type KeptState, type ResumeOptions } from '../../views/states.ts';
import { saveFiles } from '../rollouts/save-files.ts';
import { openRecipe } from './open-recipe.ts';

/** Resumes a run, and shows it. */
export function resumeInTrain(run: string, state: string, steps?: ResumeOptions['steps']): void {
  usePage.getState().go('train');
  void resumeKept({ run, state, ...(steps && { steps }) });
}

/** The run's recipe with the state as its start: a new run, whose settings can be changed. */
export function branch(run: ArchivedRun, state: KeptState): void {
  openRecipe(run);
  useRecipe.getState().startFrom({ id: stateModelId(run.id, state.id), task: run.config.task });
}

export async function openInPlayground(run: string, state: KeptState): Promise<void> {
  usePage.getState().go('playground');
  await usePlayground.getState().choose(0, stateModelId(run, state.id));
}

/** With the task that it was trained on. */
export function evaluateState(run: ArchivedRun, state: KeptState): void {
  useEvaluate.getState().choose(stateModelId(run.id, state.id));
  useEvaluate.getState().chooseTask(run.config.task);
  usePage.getState().go('evaluate');
}

/** Saves the run's folder with the state as a zip archive. */
export async function exportState(run: ArchivedRun, state: KeptState): Promise<void> {
  const exported = await studioApi().exportState(run.id, state.id);
  if (!exported.ok) {
    useStates.setState({ error: exported.error });
    return;
  }
  const files = await Promise.all(
    exported.value.map(async ({ path, file }) => ({ path, data: new Uint8Array(await file.arrayBuffer()) })),
  );
  saveFiles(fileNameOf(`${run.name}, ${stateLabel(state)}`), files, 'zip');
}
