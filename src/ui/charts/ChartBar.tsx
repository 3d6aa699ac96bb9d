import { Button } from '@mantine/core';
import { memo } from 'react';
import { strategyNames } from '../../archive/run-list.ts';
import { usePresenter } from '../../store/presenter-store.ts';
import { isRecorded, useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { PRESET_MENU } from '../presets/preset-menu-part.ts';
import { CompareWith } from './CompareWith.tsx';
import { StoredRunLegend } from './StoredRunLegend.tsx';
import { Smoothing } from './Smoothing.tsx';

/** Above the charts: the live run, presets, the stored run to compare with, and smoothing. */
export const ChartBar = memo(function ChartBar() {
  return (
    <>
      <div className="chart-bar">
        <LiveRun />
        <Presets />
        <CompareWith />
        <Smoothing />
        <Button
          variant="default"
          size="compact-xs"
          data-testid="present"
          aria-keyshortcuts="Shift+P"
          title="Charts in large type, for a talk (Shift+P)"
          onClick={() => usePresenter.getState().open()}
        >
          Present
        </Button>
      </div>
      <StoredRunLegend />
    </>
  );
});

/** Before the first run and without a recording they are on the page itself. */
function Presets() {
  const run = useRun((state) => state.state !== 'idle' || state.frame !== undefined);
  return run && <OnDemand part={PRESET_MENU} props={{}} />;
}

function LiveRun() {
  const running = useRun((run) => run.running);
  const recorded = useRun(isRecorded);
  if (!running)
    return (
      <div className="shown-run" data-testid="shown-run">
        <span className="aside">No run yet</span>
      </div>
    );
  const { name, seed } = running;
  const details = `${strategyNames([running])[0]}, seed ${seed}`;
  return (
    <div className="shown-run" data-testid="shown-run" title={`${name} · ${details}`}>
      {recorded ? 'Recording of' : 'Run'} <b>{name}</b> · {details}
    </div>
  );
}
