import './replay.css';
import { FileButton } from '@mantine/core';
import { playRecording } from '../../store/play-recording.ts';
import { isActive, useRun } from '../../store/run-store.ts';
import { SHIPPED_RECORDINGS } from '../../store/shipped-recordings.ts';
import { useShownRecording } from '../../store/shown-recording.ts';

/** Recordings that ship, one click each, and a file of the user's own. */
export function RecordingList() {
  const { shipped: shown, loading, problem } = useShownRecording();
  const active = useRun((run) => isActive(run.state));
  const off = active || loading;
  return (
    <section className="recordings" aria-label="Recorded runs" data-testid="recordings">
      <p>
        <b>Recorded runs</b> play without a GPU:
      </p>
      <ul>
        {SHIPPED_RECORDINGS.map(({ id, title, summary }) => (
          <li key={id}>
            <button
              type="button"
              data-testid={`recording-${id}`}
              title={summary}
              aria-current={id === shown || undefined}
              disabled={off}
              onClick={() => void playRecording(id)}
            >
              {title}
            </button>
          </li>
        ))}
        <li>
          <FileButton accept=".gz,.jsonl" onChange={(file) => file && void playRecording(file)}>
            {(props) => (
              <button {...props} type="button" disabled={off} title="A file that “Export recording” wrote">
                Open a file
              </button>
            )}
          </FileButton>
        </li>
      </ul>
      {problem && (
        <p className="note warning" role="alert" data-testid="recording-problem">
          {problem.message} {problem.advice}
        </p>
      )}
    </section>
  );
}
