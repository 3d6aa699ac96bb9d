/** The selected token: it stays until another one is hovered, so that its alternatives can be reached. */
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

/** Index of the selected token in one text; -1: none. */
export const useSpotIn = (side: Side, part: Spot['part']): number =>
  useSpot(({ spot }) => (spot?.side === side && spot.part === part ? spot.index : -1));

/** The element of the selected token, to which keyboard focus returns. */
export const spotElement = (spot: Spot): HTMLElement | null =>
  document.querySelector(`[data-text="${spot.part}-${spot.side}"] [data-index="${spot.index}"]`);
