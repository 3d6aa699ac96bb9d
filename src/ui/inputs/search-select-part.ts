import { Part } from '../part.ts';

export const SELECT = new Part(async () => (await import('./OpenSelect.tsx')).OpenSelect);
