/** Rows of the chart of gradient mass by zone. */
import type { Zone } from '../../run/step-record.ts';

/** Bottom to top. */
export const MASS_ZONES: Zone[] = ['inside', 'positive-low', 'negative-high', 'negative-low', 'positive-high'];
/** Pixels. */
export const MASS_HEIGHT = 150;

/** Share of the gradient's mass per zone, 0 to 1. */
export type MassRow = { step: number } & Partial<Record<Zone, number>>;
