import { isRecorded, useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { REPLAY_BAR } from './replay-parts.ts';

/** The bar of the recording, if one is shown in the place of a run. */
export function Replaying() {
  const recorded = useRun(isRecorded);
  return recorded && <OnDemand part={REPLAY_BAR} props={{}} />;
}
