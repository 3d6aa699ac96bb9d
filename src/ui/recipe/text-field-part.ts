/** Fields of the long form alone; apart from its other parts, which have fields themselves. */
import { Part } from '../part.ts';

export const TEXT_FIELD = new Part(async () => (await import('./TextField.tsx')).TextField);
export const SHARES_FIELD = new Part(async () => (await import('./SharesField.tsx')).SharesField);
