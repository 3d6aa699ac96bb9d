/** Longest wait for a repaint, ms: a page in the background is not repainted. */
const PAINT_MS = 200;

/** Resolves once the current state has been painted. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAINT_MS);
    if (typeof requestAnimationFrame === 'function') requestAnimationFrame(() => setTimeout(resolve));
  });
}
