import { useState, type ReactNode } from 'react';
import { ReferenceArea, type MouseHandlerDataParam } from 'recharts';
import type { StepRange } from './lines.ts';

const stepOf = ({ activeLabel }: MouseHandlerDataParam): number | undefined =>
  activeLabel === undefined ? undefined : Number(activeLabel);

/**
 * Zoom of a chart over steps by dragging.
 *
 * @param onRange called with the steps between which the pointer was dragged, or with undefined on a double click;
 *   without it the chart does not zoom
 * @returns handlers of the chart, and the area that is being selected
 */
export function useStepDrag(onRange: ((range: StepRange | undefined) => void) | undefined): {
  handlers: object;
  selection: ReactNode;
} {
  const [from, setFrom] = useState<number>();
  const [to, setTo] = useState<number>();
  if (!onRange) return { handlers: {}, selection: null };
  const drop = () => {
    setFrom(undefined);
    setTo(undefined);
  };
  return {
    handlers: {
      onMouseDown: (state: MouseHandlerDataParam) => setFrom(stepOf(state)),
      onMouseMove: (state: MouseHandlerDataParam) => from !== undefined && setTo(stepOf(state) ?? to),
      onMouseUp: () => {
        if (from !== undefined && to !== undefined && from !== to) onRange([Math.min(from, to), Math.max(from, to)]);
        drop();
      },
      onMouseLeave: drop,
      onDoubleClick: () => onRange(undefined),
      className: 'zoomable',
    },
    selection: from !== undefined && to !== undefined && (
      <ReferenceArea x1={from} x2={to} fill="var(--accent)" fillOpacity={0.14} />
    ),
  };
}
