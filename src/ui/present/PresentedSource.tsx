import { NativeSelect } from '@mantine/core';
import { playRecording } from '../../store/play-recording.ts';
import { usePresenter } from '../../store/presenter-store.ts';
import { useRace } from '../../store/race-store.ts';
import { useReplay } from '../../store/replay-store.ts';
import { isActive, isRecorded, useRun } from '../../store/run-store.ts';
import { SHIPPED_RECORDINGS } from '../../store/shipped-recordings.ts';
import { useShownRecording } from '../../store/shown-recording.ts';

const LIVE = '';
/** A recording from a file. */
const FILE = 'file';
const RACE = 'race';

/** What is presented: the page's own run, a recording, or the race, once there is one. */
export function PresentedSource() {
  const recorded = useRun(isRecorded);
  const active = useRun((run) => isActive(run.state));
  const source = usePresenter((presenter) => presenter.source);
  const raced = useRace(({ lanes }) => lanes.length > 0);
  const { shipped, title, problem } = useShownRecording();
  const value = source === 'race' ? RACE : recorded ? (shipped ?? FILE) : LIVE;
  const { show } = usePresenter.getState();
  return (
    <>
      <NativeSelect
        aria-label="Run, recording or race"
        value={value}
        data={[
          { value: LIVE, label: 'Live run' },
          ...(source === 'race' || raced ? [{ value: RACE, label: 'Race' }] : []),
          // A run that trains is not set aside for a recording.
          ...SHIPPED_RECORDINGS.map((one) => ({ value: one.id, label: `Recording: ${one.title}`, disabled: active })),
          ...(recorded && shipped === undefined ? [{ value: FILE, label: `Recording: ${title}` }] : []),
        ]}
        onChange={({ currentTarget: { value: chosen } }) => {
          if (chosen === RACE) return show('race');
          show('run');
          const found = SHIPPED_RECORDINGS.find(({ id }) => id === chosen);
          if (found && chosen !== shipped) void playRecording(found.id);
          else if (chosen === LIVE && recorded) useReplay.getState().close();
        }}
      />
      {problem && (
        <span role="alert">
          {problem.message} {problem.advice}
        </span>
      )}
    </>
  );
}
