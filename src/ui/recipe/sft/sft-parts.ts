/** The list of SFT's sources, which loads when the stage is shown. */
import { Part } from '../../part.ts';

export const SFT_SOURCES = new Part(async () => (await import('./SftSources.tsx')).SftSources);
