/**
 * Which recording is shown or being read, and why one could not be: small, for the first screen. Reading and playing
 * are loaded when a recording is chosen (replay-store.ts).
 */
import { create } from 'zustand';
import type { ErrorView } from '../views/result.ts';
import type { ShippedId } from './shipped-recordings.ts';

interface ShownRecording {
  /** What the page calls it. */
  title: string;
  /** One that ships. */
  shipped: ShippedId | undefined;
  loading: boolean;
  problem: ErrorView | undefined;
}

export const useShownRecording = create<ShownRecording>()(() => ({
  title: '',
  shipped: undefined,
  loading: false,
  problem: undefined,
}));

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
