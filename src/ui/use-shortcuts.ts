import { useHotkeys } from '@mantine/hooks';
import { useTransport } from './use-transport.ts';

/** Space trains or pauses, N runs one step, Escape stops; not while typing in a field. */
export function useShortcuts(): void {
  const { state, run, pause, oneStep, stop } = useTransport();
  /** A dialog keeps its keys: Escape closes it, and must not stop the run behind it as well. */
  const outside = (act: () => void) => (event: KeyboardEvent) => {
    if (
      !(event.target instanceof Element && event.target.closest('[role="dialog"]')) &&
      !document.querySelector('[role="dialog"]')
    )
      act();
  };
  const space = (event: KeyboardEvent) => {
    // Space activates a focused button.
    if (
      event.target instanceof HTMLElement &&
      event.target.closest(
        'button, a, [role="button"], [role="radio"], [role="switch"], [role="slider"], [role="dialog"]',
      )
    )
      return;
    event.preventDefault();
    if (state === 'running') pause();
    else run();
  };
  useHotkeys([
    ['space', space, { preventDefault: false }],
    ['n', outside(oneStep)],
    ['Escape', outside(stop)],
  ]);
}
