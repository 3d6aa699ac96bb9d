/** A name and a meaning per zone, everywhere. */
import type { Zone } from './step-record.ts';

export const ZONE_TEXTS: Readonly<Record<Zone, { title: string; meaning: string }>> = {
  'positive-high': {
    title: 'A>0 above range',
    meaning: 'Positive advantage, ratio above the clip range: the exploration signal. PPO sets its gradient to 0.',
  },
  'negative-low': {
    title: 'A<0 below range',
    meaning: 'Negative advantage, ratio already below the clip range. PPO sets its gradient to 0.',
  },
  'positive-low': {
    title: 'A>0 below range',
    meaning: 'Positive advantage, ratio below the clip range. PPO and GPPO do not clip it.',
  },
  'negative-high': {
    title: 'A<0 above range',
    meaning: 'Negative advantage, ratio above the clip range. PPO and GPPO clip it only with dual clip.',
  },
  inside: { title: 'inside', meaning: 'Inside the clip range. PPO and GPPO give it gradient weight r.' },
};
