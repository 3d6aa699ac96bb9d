/** Which recording is shown or being read, and why one could not be: small, for the first screen. */
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
