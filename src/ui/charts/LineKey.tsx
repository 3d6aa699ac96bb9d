import { dashOf, foreignDash } from '../palette.ts';

/** A line of a chart in its legend: colour and dashes. */
export function LineKey({ color, foreign = false }: { color: string; foreign?: boolean | undefined }) {
  return (
    <svg className="line-key" width={22} height={8} aria-hidden>
      <line
        x1={0}
        x2={22}
        y1={4}
        y2={4}
        stroke={color}
        strokeWidth={foreign ? 1.3 : 2}
        strokeDasharray={foreign ? foreignDash(color) : dashOf(color)}
      />
    </svg>
  );
}
