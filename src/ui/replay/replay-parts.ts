/** Parts of recordings that load when they are first shown. */
import { Part } from '../part.ts';

export const RECORDING_LIST = new Part(async () => (await import('./RecordingList.tsx')).RecordingList);
export const REPLAY_BAR = new Part(async () => (await import('./ReplayBar.tsx')).ReplayBar);
