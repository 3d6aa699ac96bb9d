/** What trains on the GPU beside the run of the Train page, which waits for it meanwhile. */
import { isComparing, useCompare } from './compare-store.ts';
import { isRacing, useRace } from './race-store.ts';

export type GpuUser = 'comparison' | 'race';

const userOf = (comparing: boolean, racing: boolean): GpuUser | undefined =>
  comparing ? 'comparison' : racing ? 'race' : undefined;

export const gpuUser = (): GpuUser | undefined =>
  userOf(isComparing(useCompare.getState()), isRacing(useRace.getState()));

export const useGpuUser = (): GpuUser | undefined => userOf(useCompare(isComparing), useRace(isRacing));

/** Why something is not available meanwhile, and what to do, without a full stop. */
export const GPU_USER_TEXT: Record<GpuUser, string> = {
  comparison: 'A comparison is using the GPU: stop it on the Compare page first',
  race: 'A race is using the GPU: pause or stop it on the Compare page first',
};
