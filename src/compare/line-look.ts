/** How lines that share a chart stay apart without their colours, on the page and in pictures. */

/** Dashes in pixels, in the order of the colours; the first line is solid. */
export const LINE_DASHES: readonly (string | undefined)[] = [
  undefined,
  '9 3',
  '2 3',
  '9 3 2 3',
  '5 3',
  '12 3 5 3',
  '1 4',
  '9 3 2 3 2 3',
];

/** Points of a line that are marked at most: more would touch, and each is an element of the page. */
const MOST_MARKS = 50;

/** The points of a line that get a mark: all of few, evenly spaced ones of many; always the newest. */
export function marked<Point>(points: readonly Point[]): Point[] {
  const every = Math.ceil(points.length / MOST_MARKS);
  return points.filter((_, i) => (points.length - 1 - i) % every === 0);
}
