import { usePage } from '../../store/page-store.ts';
import { useRollouts } from '../../store/rollouts-store.ts';

/** Opens the Rollouts page with a stored run. */
export function browseRollouts(run: string): void {
  useRollouts.setState({ wanted: run });
  usePage.getState().go('rollouts');
}
