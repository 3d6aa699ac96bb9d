import { DefaultZIndexes, usePlotArea, useXAxisScale, useYAxisScale, ZIndexLayer } from 'recharts';
import { marked } from '../../compare/line-look.ts';
import { valueOf, type LineSpec, type Row } from './lines.ts';

/** Pixels. */
export const MARK_RADIUS = 2.5;

/** Filled; hollow on a dashed line. */
export const markLook = ({ dashed, color }: LineSpec, scale: number) => ({
  fill: dashed ? 'var(--card)' : color,
  stroke: color,
  strokeWidth: 1.2 * scale,
});

interface MarksProps {
  line: LineSpec;
  rows: readonly Row[];
  logarithmic: boolean;
  /** Of marks and strokes, where the text is larger. */
  scale: number;
}

/** Marks of a line's points, or of some of many, as one element: its size does not grow with the run. */
export function Marks({ line, rows, logarithmic, scale }: MarksProps) {
  const [x, y, area] = [useXAxisScale(), useYAxisScale(), usePlotArea()];
  if (!x || !y || !area) return null;
  const value = valueOf(line.key, logarithmic);
  const places = rows.flatMap((row) => {
    const one = value(row);
    const place = one === undefined ? undefined : { left: x(row.step), top: y(one) };
    return place?.left !== undefined && place.top !== undefined ? [{ left: place.left, top: place.top }] : [];
  });
  const radius = MARK_RADIUS * scale;
  const inside = ({ top }: { top: number }) => top >= area.y && top <= area.y + area.height;
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.scatter}>
      <path
        className="line-marks"
        d={marked(places)
          .filter(inside)
          .map((place) => circle(place, radius))
          .join('')}
        {...markLook(line, scale)}
      />
    </ZIndexLayer>
  );
}

const circle = ({ left, top }: { left: number; top: number }, radius: number): string => {
  const half = (across: number) => `a${radius},${radius} 0 1 0 ${across},0`;
  return `M${(left - radius).toFixed(1)},${top.toFixed(1)}${half(2 * radius)}${half(-2 * radius)}`;
};
