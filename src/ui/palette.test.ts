/**
 * Colours that carry a meaning, as people with each kind of colour blindness see them: the matrices for full severity
 * of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE
 * TVCG 15 (6), 2009, on linear RGB. Where colours come close, dashes and patterns tell them apart.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ZONES } from '../run/step-record.ts';
import { dashOf, seriesColor } from './palette.ts';
import { ZONE_INFO, ZONE_PATTERNS, zoneColor, zoneFill } from './zones.ts';

type Triple = [number, number, number];
const VISION: Record<string, [Triple, Triple, Triple]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const css = readFileSync(new URL('theme.css', import.meta.url), 'utf8');

/** A variable's colour in both schemes, as linear RGB: the light scheme's is written first. */
function colors(variable: string): [Triple, Triple] {
  const found = [...css.matchAll(new RegExp(`${variable}: (#[0-9a-f]{3,6});`, 'g'))].map(([, hex = '']) => linear(hex));
  const [light, dark] = found;
  if (!light || !dark || found.length !== 2) throw new Error(`theme.css has not two colours for ${variable}`);
  return [light, dark];
}

function linear(hex: string): Triple {
  const long = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  return [1, 3, 5].map((at) => {
    const value = parseInt(long.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

const times = (matrix: readonly Triple[], [x, y, z]: Triple): Triple =>
  matrix.map(([a, b, c]) => a * x + b * y + c * z) as Triple;

/** CIELAB (D65) of linear RGB as someone sees it. */
function lab(rgb: Triple, vision: string): Triple {
  const seen = times(VISION[vision] ?? [], rgb).map((value) => Math.min(1, Math.max(0, value))) as Triple;
  const [x, y, z] = times(
    [
      [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
    ],
    seen,
  ).map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)) as Triple;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIE76 distance; about 2.3 is just noticeable between large areas. */
const distance = (a: Triple, b: Triple, vision: string): number => {
  const [one, other] = [lab(a, vision), lab(b, vision)];
  return Math.hypot(...one.map((value, i) => value - (other[i] ?? 0)));
};

/** Pairs of variables with the shortest distance over both schemes and all kinds of vision. */
function closest(variables: readonly string[], visions = Object.keys(VISION)) {
  return variables.flatMap((a, i) =>
    variables.slice(i + 1).map((b) => ({
      pair: `${a} ${b}`,
      distance: Math.min(
        ...visions.flatMap((vision) =>
          [0, 1].map((scheme) => {
            const [one, other] = [colors(a)[scheme], colors(b)[scheme]];
            return one && other ? distance(one, other, vision) : NaN;
          }),
        ),
      ),
    })),
  );
}

const SERIES = Array.from({ length: 8 }, (_, i) => `--series-${i + 1}`);
const ZONE_COLORS = ZONES.map((zone) => ZONE_INFO[zone].variable);

/** CIE76 below which lines or small areas are told apart by something else than their colour. */
const CLOSE = 10;

describe('colours', () => {
  it('of zones stay apart for everyone, and each has a pattern of its own', () => {
    expect(closest(ZONE_COLORS).filter((pair) => pair.distance < 9)).toEqual([]);
    expect(new Set(ZONES.map((zone) => ZONE_PATTERNS[zone].image)).size).toBe(ZONES.length);
    expect(new Set(ZONES.map((zone) => ZONE_PATTERNS[zone].path)).size).toBe(ZONES.length);
    for (const zone of ZONES) expect(zoneFill(zone)).toContain(ZONE_INFO[zone].variable);
  });

  it('of lines are far apart for most people; those that come close for some have other dashes', () => {
    expect(closest(SERIES, ['usual']).filter((pair) => pair.distance < 18)).toEqual([]);
    const close = closest(SERIES).filter((pair) => pair.distance < CLOSE);
    expect(close.length, 'eight colours cannot all stay apart').toBeGreaterThan(0);
    const dashes = SERIES.map((_, i) => dashOf(seriesColor(i)));
    expect(new Set(dashes).size).toBe(SERIES.length);
    const zones = ZONES.map((zone) => dashOf(zoneColor(zone)));
    expect(new Set(zones).size).toBe(ZONES.length);
  });

  it('of good and bad stay apart for everyone', () => {
    expect(closest(['--good', '--bad']).filter((pair) => pair.distance < CLOSE)).toEqual([]);
  });
});
