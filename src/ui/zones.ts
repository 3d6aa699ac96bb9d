/**
 * One name and one colour per zone, everywhere. The colours are CSS variables, set for light and dark in studio.css.
 */
import type { Zone } from '../run/step-record.ts';

export const ZONE_INFO: Record<Zone, { title: string; variable: string; meaning: string }> = {
  'positive-high': {
    title: 'A>0 above band',
    variable: '--zone-positive-high',
    meaning: 'Exploration: a good token that grew a lot. PPO drops its gradient.',
  },
  'negative-low': {
    title: 'A<0 below band',
    variable: '--zone-negative-low',
    meaning: 'A bad token that has already shrunk a lot. PPO drops its gradient.',
  },
  'positive-low': {
    title: 'A>0 below band',
    variable: '--zone-positive-low',
    meaning: 'A good token that shrank: no rule here clips it.',
  },
  'negative-high': {
    title: 'A<0 above band',
    variable: '--zone-negative-high',
    meaning: 'A bad token that grew: only dual clip bounds it.',
  },
  inside: { title: 'inside', variable: '--zone-inside', meaning: 'Inside the band: every rule gives it weight r.' },
};

export const zoneColor = (zone: Zone): string => `var(${ZONE_INFO[zone].variable})`;
