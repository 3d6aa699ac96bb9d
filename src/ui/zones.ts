/**
 * One name and one colour per zone, everywhere. The colours are CSS variables, set for light and dark in theme.css.
 */
import type { Zone } from '../run/step-record.ts';
import { ZONE_TEXTS } from '../run/zone-texts.ts';

export const ZONE_INFO: Record<Zone, { title: string; variable: string; meaning: string }> = {
  'positive-high': { ...ZONE_TEXTS['positive-high'], variable: '--zone-positive-high' },
  'negative-low': { ...ZONE_TEXTS['negative-low'], variable: '--zone-negative-low' },
  'positive-low': { ...ZONE_TEXTS['positive-low'], variable: '--zone-positive-low' },
  'negative-high': { ...ZONE_TEXTS['negative-high'], variable: '--zone-negative-high' },
  inside: { ...ZONE_TEXTS.inside, variable: '--zone-inside' },
};

/** Patterns of the zones, so that they stay apart without their colours: CSS images, and lines of an SVG pattern. */
export const ZONE_PATTERNS: Record<Zone, { image: string; path: string }> = {
  'positive-high': {
    image: 'repeating-linear-gradient(45deg, transparent 0 3px, var(--zone-hatch) 3px 4px)',
    path: 'M-1 1 L1 -1 M0 6 L6 0 M5 7 L7 5',
  },
  'negative-low': {
    image: 'repeating-linear-gradient(-45deg, transparent 0 3px, var(--zone-hatch) 3px 4px)',
    path: 'M-1 5 L1 7 M0 0 L6 6 M5 -1 L7 1',
  },
  'positive-low': {
    image: 'repeating-linear-gradient(0deg, transparent 0 3px, var(--zone-hatch) 3px 4px)',
    path: 'M0 3 H6',
  },
  'negative-high': {
    image: 'repeating-linear-gradient(90deg, transparent 0 3px, var(--zone-hatch) 3px 4px)',
    path: 'M3 0 V6',
  },
  inside: { image: 'none', path: '' },
};

/** Colour and pattern of a zone, as a CSS background. */
export const zoneFill = (zone: Zone): string =>
  zone === 'inside' ? zoneColor(zone) : `${ZONE_PATTERNS[zone].image}, ${zoneColor(zone)}`;

export const zoneColor = (zone: Zone): string => `var(${ZONE_INFO[zone].variable})`;
