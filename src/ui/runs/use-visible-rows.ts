import { defaultRangeExtractor, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';

/** Pixels, until a row is measured: with a note and on narrow screens rows are higher. */
const ROW = 37;
/** Rows above and below the visible ones. */
const AROUND = 10;

interface VisibleRowsOptions {
  count: number;
  keyOf: (index: number) => string;
  /** The element that scrolls the rows. */
  scroller: HTMLElement | null;
  /** A row that is drawn wherever it is, because it has the focus; -1 for none. */
  kept: number;
}

/** The rows of a long table that are drawn: those that can be seen, and some around them. */
export const useVisibleRows = ({
  count,
  keyOf,
  scroller,
  kept,
}: VisibleRowsOptions): Virtualizer<HTMLElement, HTMLTableRowElement> =>
  useVirtualizer<HTMLElement, HTMLTableRowElement>({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => ROW,
    getItemKey: keyOf,
    overscan: AROUND,
    initialRect: { width: 0, height: 600 },
    rangeExtractor: (range) => {
      const drawn = defaultRangeExtractor(range);
      return kept < 0 || drawn.includes(kept) ? drawn : [...drawn, kept].sort((a, b) => a - b);
    },
  });
