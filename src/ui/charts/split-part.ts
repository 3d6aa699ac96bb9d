import { Part } from '../part.ts';

/** Loaded with the first run that splits the gradient. */
export const SPLIT_CARD = new Part(async () => (await import('./SplitCard.tsx')).SplitCard);
