import { Button, NativeSelect } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipForwardFilled,
  IconPlayerStopFilled,
  IconRotate,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { SPEEDS, useReplay } from '../../store/replay-store.ts';
import { isRecorded, useRun } from '../../store/run-store.ts';
import { resetRun } from '../../store/shown-run.ts';
import { speedText } from '../replay/speed-text.ts';
import { TransportButton } from '../run/TransportButton.tsx';
import type { ButtonView } from '../run/transport-view.ts';
import { useTransport } from '../use-transport.ts';

interface TransportProps {
  main: ButtonView;
  step: ButtonView;
  toggle: () => void;
  oneStep: () => void;
  /** Begins again or ends what is presented. */
  end?: ButtonView;
  onEnd: () => void;
  /** What is asked before. */
  question: string;
  /** Beside the buttons. */
  children?: ReactNode;
}

/** Train, Pause, Step and Reset of the run or of the recording that is shown. */
export function RunTransport() {
  const recorded = useRun(isRecorded);
  return recorded ? <OfRecording /> : <OfRun />;
}

function OfRun() {
  const { view, toggle, oneStep } = useTransport();
  return (
    <TransportButtons
      main={view.main}
      step={view.step}
      toggle={toggle}
      oneStep={oneStep}
      onEnd={() => void resetRun()}
      question="Stop the run and clear the charts? The recipe and the charts chosen here stay."
    />
  );
}

function OfRecording() {
  const playing = useReplay((replay) => replay.playing);
  const ended = useReplay(({ replay, lines }) => lines >= (replay?.length ?? 0));
  const speed = useReplay((replay) => replay.speed);
  const { play, pause, step, seek, setSpeed } = useReplay.getState();
  return (
    <TransportButtons
      main={
        playing
          ? { label: 'Pause', help: 'Pause the recording', command: 'pause' }
          : { label: 'Play', help: 'Play the recording', command: 'resume' }
      }
      step={
        ended
          ? { label: 'Step', help: 'The recording is at its end' }
          : { label: 'Step', help: 'Show the next step', command: 'resume-one' }
      }
      toggle={playing ? pause : play}
      oneStep={step}
      onEnd={() => {
        pause();
        seek(0);
      }}
      question="Go back to the start of the recording?"
    >
      <NativeSelect
        aria-label="Speed of the recording"
        data={SPEEDS.map((one) => ({ value: String(one), label: speedText(one) }))}
        value={String(speed)}
        onChange={({ currentTarget: { value } }) => setSpeed(SPEEDS.find((one) => String(one) === value) ?? 1)}
      />
    </TransportButtons>
  );
}

const RESET: ButtonView = { label: 'Reset', help: 'Begin again with the same setup; asks first', command: 'stop' };

/** Large buttons; the one that ends something asks first. */
export function TransportButtons(props: TransportProps) {
  const { main, step, toggle, oneStep, end = RESET, onEnd, question, children } = props;
  const [asking, setAsking] = useState(false);
  if (asking)
    return (
      <div className="presenter-transport" role="group" aria-label={end.label}>
        <span>{question}</span>
        <Button
          color="red"
          data-testid="presenter-reset-confirm"
          onClick={() => {
            setAsking(false);
            onEnd();
          }}
        >
          {end.label}
        </Button>
        <Button variant="default" autoFocus onClick={() => setAsking(false)}>
          Cancel
        </Button>
      </div>
    );
  const pauses = main.label === 'Pause';
  return (
    <div className="presenter-transport">
      <TransportButton
        view={main}
        testId="presenter-main"
        icon={pauses ? <IconPlayerPauseFilled aria-hidden /> : <IconPlayerPlayFilled aria-hidden />}
        primary
        onPress={toggle}
      />
      <TransportButton
        view={step}
        testId="presenter-step-button"
        icon={<IconPlayerSkipForwardFilled aria-hidden />}
        onPress={oneStep}
      />
      <TransportButton
        view={end}
        testId="presenter-reset"
        icon={end === RESET ? <IconRotate aria-hidden /> : <IconPlayerStopFilled aria-hidden />}
        onPress={() => setAsking(true)}
      />
      {children}
    </div>
  );
}
