/** The race in presenter mode, loaded when it is first presented. */
import { Part } from '../part.ts';

export const RACE_PRESENTATION = new Part(async () => (await import('./RacePresentation.tsx')).RacePresentation);
