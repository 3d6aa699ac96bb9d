/** The page of the studio that is shown, kept in the URL fragment so that links and the back button work. */
import { create } from 'zustand';

export const PLACES = [
  'train',
  'rollouts',
  'objective',
  'compare',
  'playground',
  'evaluate',
  'models',
  'data',
  'runs',
  'learn',
] as const;
export type Place = (typeof PLACES)[number];

const placeOf = (hash: string): Place => PLACES.find((place) => new RegExp(`^#/?${place}(/|$)`).test(hash)) ?? 'train';

export const usePage = create<{ place: Place; go: (place: Place) => void }>()((set) => ({
  place: typeof location === 'undefined' ? 'train' : placeOf(location.hash),
  go: (place) => {
    set({ place });
    // Train has an empty fragment.
    history.pushState(null, '', place === 'train' ? location.pathname + location.search : `#/${place}`);
  },
}));

if (typeof window !== 'undefined')
  window.addEventListener('popstate', () => usePage.setState({ place: placeOf(location.hash) }));
