/** The race, loaded when it is first shown. */
import { Part } from '../part.ts';

export const RACE_PAGE = new Part(async () => (await import('../race/RacePage.tsx')).RacePage);
