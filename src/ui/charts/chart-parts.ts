/** Axes and tooltip that all charts over steps share. */

/** Text size in a card, px. */
export const CARD_TEXT = 10.5;
const AXIS_TEXT = { fontSize: CARD_TEXT, fill: 'var(--dim)' };

/** Around a chart over steps, px. */
const MARGIN = { top: 6, right: 8, bottom: 0, left: 0 };

/** The axis of steps. */
export const X_AXIS = {
  dataKey: 'step',
  type: 'number',
  tick: AXIS_TEXT,
  tickLine: false,
  axisLine: { stroke: 'var(--line)' },
  height: 18,
  minTickGap: 24,
  interval: 'preserveStart',
  allowDecimals: false,
} as const;

/** The axis of values. */
export const Y_AXIS = { tick: AXIS_TEXT, tickLine: false, axisLine: false, width: 44 } as const;

export const TOOLTIP = {
  isAnimationActive: false,
  separator: ': ',
  itemStyle: { color: 'var(--ink)', padding: 0 },
  contentStyle: { background: 'var(--card)', border: '1px solid var(--line)', borderRadius: 8, fontSize: 12 },
  wrapperStyle: { zIndex: 10 },
} as const;

/** The same parts for another size of text, for a talk. @param size px */
export function chartParts(size: number) {
  if (size === CARD_TEXT) return { x: X_AXIS, y: Y_AXIS, tooltip: TOOLTIP, margin: MARGIN };
  const scale = size / CARD_TEXT;
  const tick = { ...AXIS_TEXT, fontSize: size, fill: 'var(--ink)' };
  return {
    x: { ...X_AXIS, tick, height: Math.round(X_AXIS.height * scale), minTickGap: X_AXIS.minTickGap * scale },
    y: { ...Y_AXIS, tick, width: Math.round(Y_AXIS.width * scale) },
    // Half of a label is beside its tick.
    margin: { ...MARGIN, top: Math.round(0.7 * size), right: Math.round(size) },
    tooltip: { ...TOOLTIP, contentStyle: { ...TOOLTIP.contentStyle, fontSize: size } },
  };
}
