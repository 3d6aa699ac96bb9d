/** The token that is looked at: it stays until another one is pointed at, so that its alternatives can be reached. */
import { create } from 'zustand';
import type { Side } from '../../store/playground-store.ts';

export interface Spot {
  side: Side;
  part: 'prompt' | 'response' | 'difference';
  index: number;
}

export const useSpot = create<{ spot: Spot | undefined; look: (spot: Spot | undefined) => void }>()((set) => ({
  spot: undefined,
  look: (spot) => set({ spot }),
}));

/** Index of the token looked at in one text; -1: none of it. */
export const useSpotIn = (side: Side, part: Spot['part']): number =>
  useSpot(({ spot }) => (spot?.side === side && spot.part === part ? spot.index : -1));

/** The element of the token looked at: where the keyboard goes back to. */
export const spotElement = (spot: Spot): HTMLElement | null =>
  document.querySelector(`[data-text="${spot.part}-${spot.side}"] [data-index="${spot.index}"]`);
