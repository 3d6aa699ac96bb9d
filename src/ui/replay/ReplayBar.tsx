import './replay.css';
import { ActionIcon, Button, CloseButton, NativeSelect, Slider } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipForwardFilled,
  IconRotate,
} from '@tabler/icons-react';
import { useEffect } from 'react';
import { SPEEDS, useReplay } from '../../store/replay-store.ts';
import { useRun } from '../../store/run-store.ts';
import { placeText, runTitle } from '../run/run-text.ts';
import { speedText } from './speed-text.ts';
import { trainRecorded } from './train-recorded.ts';

/** Says that a recording is shown, and plays, pauses and scrubs it. */
export function ReplayBar() {
  const running = useRun((run) => run.running);
  const trains = useRun((run) => run.unavailable === undefined);
  const adapter = useReplay((state) => state.replay?.recording.adapter ?? '');
  const shown = useReplay((state) => state.replay !== undefined);
  // Another page shows other things: nothing moves unseen.
  useEffect(() => () => useReplay.getState().pause(), []);
  if (!shown || !running) return null;
  return (
    <section className="replay" aria-label="Recording" data-testid="replay">
      <p className="replay-title">
        <span>
          <b>Recording of {runTitle(running)}, not a live run.</b>{' '}
          {adapter !== '' && <span className="aside">Trained on {adapter}.</span>}
        </span>
        <span className="replay-buttons">
          {trains && (
            <Button size="compact-xs" data-testid="train-recorded" onClick={() => trainRecorded()}>
              Load its recipe
            </Button>
          )}
          <CloseButton size="sm" aria-label="Close the recording" onClick={() => useReplay.getState().close()} />
        </span>
      </p>
      <Transport />
    </section>
  );
}

function Transport() {
  const playing = useReplay((state) => state.playing);
  const lines = useReplay((state) => state.lines);
  const length = useReplay((state) => state.replay?.length ?? 1);
  const speed = useReplay((state) => state.speed);
  const place = useRun(({ frame }) => (frame ? placeText(frame) : ''));
  const { play, pause, step, seek, setSpeed } = useReplay.getState();
  return (
    <div className="replay-transport">
      <ActionIcon
        variant="filled"
        size={28}
        data-testid="replay-toggle"
        aria-label={playing ? 'Pause the recording' : 'Play the recording'}
        onClick={playing ? pause : play}
      >
        {playing ? <IconPlayerPauseFilled size={15} aria-hidden /> : <IconPlayerPlayFilled size={15} aria-hidden />}
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={28}
        data-testid="replay-step"
        aria-label="Next step of the recording"
        disabled={lines >= length}
        onClick={step}
      >
        <IconPlayerSkipForwardFilled size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={28}
        data-testid="replay-restart"
        aria-label="Back to the start of the recording"
        onClick={() => seek(0)}
      >
        <IconRotate size={15} aria-hidden />
      </ActionIcon>
      <Slider
        className="replay-slider"
        size="sm"
        min={0}
        max={length}
        value={lines}
        label={null}
        thumbLabel="Place in the recording"
        thumbProps={{ 'aria-valuetext': place }}
        onChange={seek}
      />
      <output className="replay-place" data-testid="replay-place" data-changing>
        {place}
      </output>
      <NativeSelect
        size="xs"
        aria-label="Speed of the recording"
        data={SPEEDS.map((one) => ({ value: String(one), label: speedText(one) }))}
        value={String(speed)}
        onChange={({ currentTarget: { value } }) => setSpeed(SPEEDS.find((one) => String(one) === value) ?? 1)}
      />
    </div>
  );
}
