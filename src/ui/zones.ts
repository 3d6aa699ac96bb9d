/**
 * One name and one colour per zone, everywhere. The colours are CSS variables, set for light and dark in theme.css.
 */
import type { Zone } from '../run/step-record.ts';

export const ZONE_INFO: Record<Zone, { title: string; variable: string; meaning: string }> = {
  'positive-high': {
    title: 'A>0 above range',
    variable: '--zone-positive-high',
    meaning: 'Positive advantage, ratio above the clip range: the exploration signal. PPO sets its gradient to 0.',
  },
  'negative-low': {
    title: 'A<0 below range',
    variable: '--zone-negative-low',
    meaning: 'Negative advantage, ratio already below the clip range. PPO sets its gradient to 0.',
  },
  'positive-low': {
    title: 'A>0 below range',
    variable: '--zone-positive-low',
    meaning: 'Positive advantage, ratio below the clip range. PPO and GPPO do not clip it.',
  },
  'negative-high': {
    title: 'A<0 above range',
    variable: '--zone-negative-high',
    meaning: 'Negative advantage, ratio above the clip range. PPO and GPPO clip it only with dual clip.',
  },
  inside: {
    title: 'inside',
    variable: '--zone-inside',
    meaning: 'Inside the clip range. PPO and GPPO give it gradient weight r.',
  },
};

export const zoneColor = (zone: Zone): string => `var(${ZONE_INFO[zone].variable})`;
