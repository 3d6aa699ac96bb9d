import './compare.css';
import { useEffect } from 'react';
import { compareAddress, useCompareMode } from '../../store/compare-mode.ts';
import { OnDemand } from '../OnDemand.tsx';
import { DUMP_PAGE, RACE_PAGE } from './race-part.ts';
import { SweepPage } from './SweepPage.tsx';

/** Strategies compared: as a sweep over seeds, a race on one seed, or on a cluster's tokens. */
export function ComparePage() {
  const mode = useCompareMode((state) => state.mode);
  useEffect(() => {
    // The navigation leads to the page, which shows the mode that was shown last.
    if (location.hash !== compareAddress(mode)) history.replaceState(null, '', compareAddress(mode));
  }, [mode]);
  if (mode === 'sweep') return <SweepPage />;
  return (
    <OnDemand
      key={mode}
      part={mode === 'race' ? RACE_PAGE : DUMP_PAGE}
      props={{}}
      waiting={<main className="page" aria-busy />}
    />
  );
}
