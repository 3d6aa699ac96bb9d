import { Part } from '../part.ts';

/** Its positioning is a tenth of the first screen's script, and nothing needs it before a pointer or the focus. */
export const HINT_BUBBLE = new Part(async () => (await import('./HintBubble.tsx')).HintBubble);
