/** The race, and token dumps of a cluster, each loaded when it is first shown. */
import { Part } from '../part.ts';

export const RACE_PAGE = new Part(async () => (await import('../race/RacePage.tsx')).RacePage);
export const DUMP_PAGE = new Part(async () => (await import('../dump/DumpPage.tsx')).DumpPage);
