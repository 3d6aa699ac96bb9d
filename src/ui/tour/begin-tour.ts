import { usePage } from '../../store/page-store.ts';
import { useRun } from '../../store/run-store.ts';

let under = false;

/** Goes to Train and starts the tour there; its code is loaded on first use. */
export async function beginTour(): Promise<void> {
  if (under) return;
  under = true;
  usePage.getState().go('train');
  try {
    const { startTour } = await import('./tour.ts');
    startTour(() => {
      under = false;
    });
  } catch (error) {
    under = false;
    useRun.getState().showError({
      kind: 'internal',
      message: `The tour could not be loaded: ${error instanceof Error ? error.message : String(error)}.`,
      advice: 'Check the connection to the address the page came from, and try again.',
    });
  }
}
