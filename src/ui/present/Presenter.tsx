import './present.css';
import { Modal } from '@mantine/core';
import { useEffect } from 'react';
import { usePresenter } from '../../store/presenter-store.ts';
import { isRecorded, shownState, useRun } from '../../store/run-store.ts';
import { OnDemand } from '../OnDemand.tsx';
import { placeText, preparationText, runTitle, STATE_TEXT } from '../run/run-text.ts';
import { LargeChart } from './PresentedChart.tsx';
import { chosenCharts, presentedCharts } from './presented-charts.ts';
import { Choices, Heading, useAxisText } from './PresenterParts.tsx';
import { RunTransport } from './PresenterTransport.tsx';
import { RACE_PRESENTATION } from './race-presentation-part.ts';

/** For a talk: one chart or two in large type, a large transport, and nothing else. */
export function Presenter() {
  const close = usePresenter((presenter) => presenter.close);
  const source = usePresenter((presenter) => presenter.source);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey && event.key.toLowerCase() === 'p')
        close();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [close]);
  return (
    <Modal
      opened
      onClose={close}
      fullScreen
      withCloseButton={false}
      padding={0}
      transitionProps={{ duration: 0 }}
      attributes={{ content: { 'aria-label': 'Presenter mode' } }}
      classNames={{ body: 'presenter-body' }}
    >
      <div className="presenter" data-testid="presenter">
        {source === 'race' ? <OnDemand part={RACE_PRESENTATION} props={{}} /> : <RunPresentation />}
      </div>
    </Modal>
  );
}

/** The run or the recording of the Train page. */
function RunPresentation() {
  const chosen = usePresenter((presenter) => presenter.charts.run);
  const running = useRun((run) => run.running);
  const size = useAxisText();
  const charts = presentedCharts(running);
  const shown = chosenCharts(charts, chosen);
  return (
    <>
      <RunHeading />
      <div className="large-charts" data-count={shown.length}>
        {shown.map((chart) => (
          <LargeChart key={chart.name} chart={chart} size={size} />
        ))}
      </div>
      <RunTransport />
      <Choices charts={charts} shown={shown} />
    </>
  );
}

/** The run, its state and its step. */
function RunHeading() {
  const running = useRun((run) => run.running);
  const recorded = useRun(isRecorded);
  const state = useRun(shownState);
  const frame = useRun((run) => run.frame);
  const preparation = useRun((run) => run.preparation);
  return (
    <Heading title={running ? `${recorded ? 'Recording: ' : ''}${runTitle(running)}` : 'No run yet'}>
      {frame && <b data-testid="presenter-step">{placeText(frame)}</b>}{' '}
      <span data-testid="presenter-state">
        {state === 'preparing' ? preparationText(preparation ?? { stage: 'checking' }) : STATE_TEXT[state]}
      </span>
    </Heading>
  );
}
