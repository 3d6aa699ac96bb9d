/** Which rows of a long list of equal heights are drawn. */

/** Rows above and below the visible ones. */
const AROUND = 12;
/** Drawn rows change in blocks, so that not every pixel of scrolling draws the list again. */
const BLOCK = 8;

/**
 * @param top scrolled pixels @param height of what is visible, in pixels @param row height of a row, in pixels
 * @param count of all rows
 */
export function visibleRows(top: number, height: number, row: number, count: number): { first: number; count: number } {
  const blocks = Math.floor(Math.max(0, top) / row / BLOCK);
  const shown = Math.ceil(height / row) + BLOCK;
  const first = Math.min(Math.max(0, blocks * BLOCK - AROUND), Math.max(0, count - 1));
  return { first, count: Math.max(0, Math.min(count, blocks * BLOCK + shown + AROUND) - first) };
}
