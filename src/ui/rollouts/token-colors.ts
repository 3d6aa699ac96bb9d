/** Token colours by zone, ratio, gradient weight or entropy. */
import type { TokenView, Zone } from '../../run/step-record.ts';
import { zoneColor } from '../zones.ts';

export const COLORINGS = ['zone', 'ratio', 'weight', 'entropy'] as const;
export type Coloring = (typeof COLORINGS)[number];

export interface TokenStyle {
  background: string;
  borderBottomColor: string;
  /** By zone, beside the colour. */
  borderBottomStyle?: 'solid' | 'dashed' | 'dotted' | 'double';
}

const LINES: Partial<Record<Zone, TokenStyle['borderBottomStyle']>> = {
  'negative-low': 'double',
  'positive-low': 'dotted',
  'negative-high': 'dashed',
};

const mix = (color: string, share: number) =>
  `color-mix(in srgb, ${color} ${Math.round(100 * Math.min(1, Math.max(0, share)))}%, transparent)`;

export function tokenStyle(token: TokenView, coloring: Coloring): TokenStyle {
  switch (coloring) {
    case 'zone': {
      const color = zoneColor(token.zone);
      return token.zone === 'inside'
        ? { background: mix(color, 0.14), borderBottomColor: 'transparent' }
        : {
            background: mix(color, 0.3),
            borderBottomColor: color,
            borderBottomStyle: LINES[token.zone] ?? 'solid',
          };
    }
    case 'ratio': {
      // Orange for grown, blue for shrunk; full colour at a factor of e^0.5.
      const log = Math.log(token.ratio);
      const color = log >= 0 ? 'var(--zone-positive-high)' : 'var(--zone-negative-low)';
      return { background: mix(color, Math.abs(log) * 1.2), borderBottomColor: 'transparent' };
    }
    case 'weight':
      return {
        background: mix('var(--accent)', 0.4 * token.weight),
        borderBottomColor: token.weight === 0 ? 'var(--bad)' : 'transparent',
      };
    case 'entropy':
      return { background: mix('var(--zone-positive-low)', 0.5 * token.entropy), borderBottomColor: 'transparent' };
  }
}

export const COLORING_HELP: Record<Coloring, string> = {
  zone: 'Coloured and underlined: tokens outside the clip range.',
  ratio: 'Orange: more likely than when sampled. Blue: less likely.',
  weight: 'Darker: larger gradient weight w. Underlined: w = 0.',
  entropy: 'Darker: higher entropy.',
};
