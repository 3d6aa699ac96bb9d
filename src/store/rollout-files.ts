/** Kept rollouts of a run as the files of its archive, read from the worker step by step; and back into the browser. */
import { rolloutsAboutPath, rolloutStepPath, type RolloutsAbout } from '../archive/rollout-files.ts';
import { StudioError } from '../errors.ts';
import type { PickedFile } from '../views/models.ts';
import type { Result } from '../views/result.ts';
import type { RolloutTarget } from '../views/rollouts.ts';
import { studioApi } from './connection.ts';

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new StudioError(result.error.kind, result.error.message, result.error.advice);
  return result.value;
}

/** Nothing for a run without kept rollouts. Paths are in the run's folder. @throws StudioError */
export async function* rolloutFilesOf(run: string): AsyncGenerator<{ path: string; data: Uint8Array<ArrayBuffer> }> {
  const listed = await studioApi().listRollouts();
  // A browser without this storage has no rollouts.
  if (!listed.ok || !listed.value.runs.some((one) => one.run === run && one.steps > 0)) return;
  const { every, bound, bytes, reference, keptSteps } = valueOf(await studioApi().openRollouts(run));
  const about: RolloutsAbout = { every, bound, bytes, ...(reference && { reference }) };
  yield { path: rolloutsAboutPath(''), data: new TextEncoder().encode(`${JSON.stringify(about)}\n`) };
  for (const step of keptSteps) {
    const data = valueOf(await studioApi().rolloutFile(run, step));
    // A run that trains may have dropped the step meanwhile.
    if (data) yield { path: rolloutStepPath('', step), data };
  }
}

/** @param files archives, or files of folders @returns how many runs have got rollouts @throws StudioError */
export const addRolloutFiles = async (files: PickedFile[], runs: RolloutTarget[]): Promise<number> =>
  valueOf(await studioApi().importRollouts(files, runs));
