import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipForwardFilled,
  IconPlayerStopFilled,
  IconPlayerTrackNextFilled,
} from '@tabler/icons-react';
import { useTransport } from '../use-transport.ts';
import { TransportButton } from './TransportButton.tsx';

/** Step, Train (or Pause, or Resume), a new run beside Resume, and Stop. */
export function TransportButtons() {
  const { view, toggle, startAgain, oneStep, stop } = useTransport();
  const { main, again, step } = view;
  const pauses = main.label === 'Pause';
  return (
    <>
      <TransportButton
        view={step}
        testId="step-button"
        icon={<IconPlayerSkipForwardFilled size={14} aria-hidden />}
        shortcut={{ key: 'N', aria: 'N' }}
        onPress={oneStep}
      />
      <TransportButton
        view={main}
        testId={pauses ? 'pause-button' : 'run-button'}
        icon={pauses ? <IconPlayerPauseFilled size={14} aria-hidden /> : <IconPlayerPlayFilled size={14} aria-hidden />}
        shortcut={{ key: 'Space', aria: 'Space' }}
        primary
        onPress={toggle}
      />
      {again && (
        <TransportButton
          view={again}
          testId="new-run-button"
          icon={<IconPlayerTrackNextFilled size={14} aria-hidden />}
          onPress={startAgain}
        />
      )}
      <TransportButton
        view={view.stop}
        testId="stop-button"
        icon={<IconPlayerStopFilled size={14} aria-hidden />}
        shortcut={{ key: 'Esc', aria: 'Escape' }}
        onPress={stop}
      />
    </>
  );
}
