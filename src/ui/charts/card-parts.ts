/** Cards of their own that load when first shown. */
import { Part } from '../part.ts';

export const SPLIT_CARD = new Part(async () => (await import('./SplitCard.tsx')).SplitCard);
