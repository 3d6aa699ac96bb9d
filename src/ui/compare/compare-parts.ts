/** The kinds of comparison but the sweep, each loaded when it is first shown. */
import { Part } from '../part.ts';

export const RACE_PAGE = new Part(async () => (await import('../race/RacePage.tsx')).RacePage);
export const LOGS_PAGE = new Part(async () => (await import('../logs/LogsPage.tsx')).LogsPage);
export const DUMP_PAGE = new Part(async () => (await import('../dump/DumpPage.tsx')).DumpPage);
