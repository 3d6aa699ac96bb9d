/** Axes and tooltip that all charts over steps share. */

const AXIS_TEXT = { fontSize: 10.5, fill: 'var(--dim)' };

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
