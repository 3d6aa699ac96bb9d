import { Part } from '../part.ts';

/** Loaded with the first rollout. */
export const TOKEN_SCATTER = new Part(async () => (await import('./TokenScatterPlot.tsx')).TokenScatterPlot);
