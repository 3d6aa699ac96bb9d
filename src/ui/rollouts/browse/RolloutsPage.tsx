import './browse.css';
import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { usePage } from '../../../store/page-store.ts';
import { useRollouts } from '../../../store/rollouts-store.ts';
import { useRun } from '../../../store/run-store.ts';
import { MainColumn } from '../../MainColumn.tsx';
import { WorkColumns } from '../../WorkColumns.tsx';
import { LeftOutRows } from '../../runs/LeftOutRows.tsx';
import { ExportRollouts } from './ExportRollouts.tsx';
import { ResponseDetail } from './ResponseDetail.tsx';
import { RolloutFilters } from './RolloutFilters.tsx';
import { RolloutList } from './RolloutList.tsx';
import { RolloutStorage } from './RolloutStorage.tsx';
import { StepSlider } from './StepSlider.tsx';

/** The kept rollouts of a run: step by step, sorted, filtered, followed over the steps and exported. */
export function RolloutsPage() {
  const none = useRollouts(({ runs, opened }) => runs !== undefined && !opened);
  const opened = useRollouts((state) => state.opened !== undefined);
  const error = useRollouts((state) => state.error);
  useLive();
  return (
    <WorkColumns
      name="Filters and storage"
      jump="Filters, export, storage"
      side={
        <>
          <RolloutFilters />
          <ExportRollouts />
          <RolloutStorage />
        </>
      }
    >
      <div className="work" tabIndex={-1}>
        <MainColumn className="rollouts-page" label="Rollouts">
          {error && (
            <p className="note warning" role="alert">
              {error.message} {error.advice}
            </p>
          )}
          <LeftOutRows />
          {none && <Nothing />}
          {opened && (
            <>
              <StepSlider />
              <RolloutList />
            </>
          )}
        </MainColumn>
        <aside className="side right response-side" aria-label="Response">
          <ResponseDetail />
        </aside>
      </div>
    </WorkColumns>
  );
}

/** Lists the runs, and follows the worker's run while the page is shown. */
function useLive(): void {
  useEffect(() => {
    const { refresh, kept } = useRollouts.getState();
    void refresh();
    return useRun.subscribe(({ frame }, before) => {
      if (frame?.kept && frame.run !== undefined && frame !== before.frame) void kept(frame.run, frame.kept);
    });
  }, []);
}

function Nothing() {
  const go = usePage((page) => page.go);
  return (
    <div className="card card-empty rollouts-empty" data-testid="no-rollouts">
      <div>
        <p>
          <b>No rollouts yet</b>
        </p>
        <p>
          During RL, all responses of every k-th step are kept here: correct and incorrect ones, groups without an
          advantage, and for each token its ratio, zone and gradient weight.
        </p>
        <p>Start a run with an RL stage on Train. Runs of Compare keep none.</p>
        <Button size="xs" onClick={() => go('train')}>
          Open Train
        </Button>
      </div>
    </div>
  );
}
