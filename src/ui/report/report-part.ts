import { Part } from '../part.ts';

export const STORED_REPORT = new Part(async () => (await import('./StoredReport.tsx')).StoredReport);
