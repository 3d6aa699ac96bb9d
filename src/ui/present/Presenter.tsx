import './present.css';
import { Button, Modal, NativeSelect } from '@mantine/core';
import { useFullscreenDocument, useViewportSize } from '@mantine/hooks';
import { useEffect } from 'react';
import { NO_CHART, usePresenter } from '../../store/presenter-store.ts';
import { isRecorded, shownState, useRun } from '../../store/run-store.ts';
import { placeText, preparationText, runTitle, STATE_TEXT } from '../run/run-text.ts';
import { LargeChart } from './PresentedChart.tsx';
import { chosenChart, presentedCharts } from './presented-charts.ts';
import { PresenterTransport } from './PresenterTransport.tsx';
import { RecordingChoice } from './RecordingChoice.tsx';

/** Text of the axes by the width of the window, px: 25 at 1920. */
const axisText = (width: number): number => Math.round(Math.max(13, Math.min(40, width * 0.013)));

/** For a talk: one chart or two in large type, a large transport, and nothing else. */
export function Presenter() {
  const close = usePresenter((presenter) => presenter.close);
  const chosen = usePresenter((presenter) => presenter.charts);
  const running = useRun((run) => run.running);
  const { width } = useViewportSize();
  const charts = presentedCharts(running);
  const first = chosenChart(charts, chosen[0]);
  const second = chosen[1] === NO_CHART ? undefined : charts.find(({ name }) => name === chosen[1]);
  const shown = [first, ...(second && second !== first ? [second] : [])].flatMap((chart) => (chart ? [chart] : []));
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
        <Heading />
        <div className="large-charts" data-count={shown.length}>
          {shown.map((chart) => (
            <LargeChart key={chart.name} chart={chart} size={axisText(width)} />
          ))}
        </div>
        <PresenterTransport />
        <div className="presenter-choices">
          <ChartChoice place={0} label="Chart" value={first?.name ?? ''} charts={charts} />
          <ChartChoice place={1} label="Second chart" value={second?.name ?? NO_CHART} charts={charts} />
          <RecordingChoice />
          <FullScreen />
          <Button className="presenter-leave" variant="default" data-testid="presenter-close" onClick={close}>
            Leave (Esc)
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** The run, its state and its step. The focus begins here, where no key does anything. */
function Heading() {
  const running = useRun((run) => run.running);
  const recorded = useRun(isRecorded);
  const state = useRun(shownState);
  const frame = useRun((run) => run.frame);
  const preparation = useRun((run) => run.preparation);
  return (
    <div className="presenter-head">
      <h2 tabIndex={-1} data-autofocus>
        {running ? `${recorded ? 'Recording: ' : ''}${runTitle(running)}` : 'No run yet'}
      </h2>
      <p data-changing>
        {frame && <b data-testid="presenter-step">{placeText(frame)}</b>}{' '}
        <span data-testid="presenter-state">
          {state === 'preparing' ? preparationText(preparation ?? { stage: 'checking' }) : STATE_TEXT[state]}
        </span>
      </p>
    </div>
  );
}

interface ChartChoiceProps {
  place: 0 | 1;
  label: string;
  value: string;
  charts: readonly { name: string; title: string }[];
}

function ChartChoice({ place, label, value, charts }: ChartChoiceProps) {
  const choose = usePresenter((presenter) => presenter.choose);
  const none = place === 1 ? [{ value: NO_CHART, label: 'No second chart' }] : [];
  return (
    <NativeSelect
      aria-label={label}
      value={value}
      data={[...none, ...charts.map(({ name, title }) => ({ value: name, label: title }))]}
      onChange={(event) => choose(place, event.currentTarget.value)}
    />
  );
}

/** The window without the browser's bars, where the browser allows it. */
function FullScreen() {
  const { fullscreen, toggle } = useFullscreenDocument();
  if (typeof document === 'undefined' || !document.fullscreenEnabled) return null;
  return (
    <Button variant="default" onClick={() => void toggle().catch(() => undefined)}>
      {fullscreen ? 'Exit full screen' : 'Full screen'}
    </Button>
  );
}
