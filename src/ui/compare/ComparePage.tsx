import './compare.css';
import { useEffect } from 'react';
import { compareAddress, useCompareMode } from '../../store/compare-mode.ts';
import { OnDemand } from '../OnDemand.tsx';
import { DUMP_PAGE, LOGS_PAGE, RACE_PAGE } from './compare-parts.ts';
import { SweepPage } from './SweepPage.tsx';

const PARTS = { race: RACE_PAGE, dump: DUMP_PAGE, logs: LOGS_PAGE };

/** Compared: strategies in a sweep, in a race or on a cluster's tokens, and a cluster's metrics with own runs. */
export function ComparePage() {
  const mode = useCompareMode((state) => state.mode);
  useEffect(() => {
    // The navigation leads to the page, which shows the mode that was shown last.
    if (location.hash !== compareAddress(mode)) history.replaceState(null, '', compareAddress(mode));
  }, [mode]);
  if (mode === 'sweep') return <SweepPage />;
  return <OnDemand key={mode} part={PARTS[mode]} props={{}} waiting={<main className="page" aria-busy />} />;
}
