/** Plays a recording; reading and playing are loaded when one is chosen. */
import type { ErrorView } from '../views/result.ts';
import type { ShippedId } from './shipped-recordings.ts';
import { useShownRecording } from './shown-recording.ts';

const NOT_LOADED: ErrorView = {
  kind: 'input',
  message: 'The player of recordings failed to load.',
  advice: 'Check the connection, or reload the page if a newer version was published.',
};

/** Reads and plays a recording: a file, or one that ships. */
export async function playRecording(source: File | ShippedId): Promise<void> {
  useShownRecording.setState({ loading: true, problem: undefined });
  try {
    const player = await import('./replay-store.ts').catch(() => undefined);
    if (player) await player.useReplay.getState().open(source);
    else useShownRecording.setState({ problem: NOT_LOADED });
  } finally {
    useShownRecording.setState({ loading: false });
  }
}
