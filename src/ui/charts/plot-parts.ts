/** Charts and their tools, loaded when the first chart has data. */
import { Part } from '../part.ts';

export const LINES = new Part(async () => (await import('./plots.ts')).Lines);
export const CHART_TOOLS = new Part(async () => (await import('./plots.ts')).ChartTools);
export const MASS_AREAS = new Part(async () => (await import('./plots.ts')).MassAreas);
export const FULL_SCREEN_CHART = new Part(async () => (await import('./FullScreenChart.tsx')).FullScreenChart);
export const STEP_PROFILE = new Part(async () => (await import('./StepProfileCard.tsx')).StepProfileCard);
