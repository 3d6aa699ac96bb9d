/** Shapes of the points of the chart of tokens, on the page and in exported pictures. */
import type { Zone } from '../../run/step-record.ts';

/** Of a point inside the clip range, in pixels. */
export const DOT_RADIUS = 1.5;

/**
 * Corners of a point around its place, in pixels, by zone: triangles up and down where PPO clips, squares and diamonds
 * elsewhere; dots inside the clip range, which have none.
 */
export const ZONE_SHAPES: Partial<Record<Zone, readonly (readonly [number, number])[]>> = {
  'positive-high': [
    [0, -3.2],
    [3, 2.2],
    [-3, 2.2],
  ],
  'negative-low': [
    [0, 3.2],
    [3, -2.2],
    [-3, -2.2],
  ],
  'positive-low': [
    [-2.2, -2.2],
    [2.2, -2.2],
    [2.2, 2.2],
    [-2.2, 2.2],
  ],
  'negative-high': [
    [0, -3.1],
    [3.1, 0],
    [0, 3.1],
    [-3.1, 0],
  ],
};
