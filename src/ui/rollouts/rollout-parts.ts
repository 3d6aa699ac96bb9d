/** Parts of the rollout panel that load with the first frame of a run. */
import { Part } from '../part.ts';

export const ROLLOUT_LIST = new Part(async () => (await import('./RolloutList.tsx')).RolloutList);
export const RUN_ACTIONS = new Part(async () => (await import('./RunActions.tsx')).RunActions);
