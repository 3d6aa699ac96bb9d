import type { Place } from '../store/page-store.ts';
import { useRun } from '../store/run-store.ts';
import type { ErrorView } from '../views/result.ts';

/** Pages that need no GPU. */
const WITHOUT_GPU: readonly Place[] = ['learn', 'runs', 'rollouts'];

/** The error to show instead of a page, if the page needs a GPU and there is none. */
export function useMissingGpu(place: Place): ErrorView | undefined {
  const unavailable = useRun((run) => run.unavailable);
  return WITHOUT_GPU.includes(place) ? undefined : unavailable;
}
