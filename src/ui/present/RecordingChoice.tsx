import { NativeSelect } from '@mantine/core';
import { playRecording } from '../../store/play-recording.ts';
import { useReplay } from '../../store/replay-store.ts';
import { isActive, isRecorded, useRun } from '../../store/run-store.ts';
import { SHIPPED_RECORDINGS } from '../../store/shipped-recordings.ts';
import { useShownRecording } from '../../store/shown-recording.ts';

const LIVE = '';
/** A recording from a file. */
const FILE = 'file';

/** What is presented: the page's own run, or a recording. */
export function RecordingChoice() {
  const recorded = useRun(isRecorded);
  const active = useRun((run) => isActive(run.state));
  const { shipped, title, problem } = useShownRecording();
  const value = recorded ? (shipped ?? FILE) : LIVE;
  return (
    <>
      <NativeSelect
        aria-label="Run or recording"
        value={value}
        disabled={active}
        data={[
          { value: LIVE, label: 'Live run' },
          ...SHIPPED_RECORDINGS.map((one) => ({ value: one.id, label: `Recording: ${one.title}` })),
          ...(value === FILE ? [{ value: FILE, label: `Recording: ${title}` }] : []),
        ]}
        onChange={({ currentTarget: { value: chosen } }) => {
          const found = SHIPPED_RECORDINGS.find(({ id }) => id === chosen);
          if (found) void playRecording(found.id);
          else if (chosen === LIVE) useReplay.getState().close();
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
