/** The kind of comparison that the Compare page shows, kept in the URL: a sweep, or a race at `#/compare/race`. */
import { create } from 'zustand';

export const COMPARE_MODES = ['sweep', 'race'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];

/** Parses a URL fragment; undefined if it is of another page. */
export function compareMode(hash: string): CompareMode | undefined {
  const [whole, race] = /^#\/?compare(\/race)?$/.exec(hash) ?? [];
  return whole === undefined ? undefined : race ? 'race' : 'sweep';
}

export const compareAddress = (mode: CompareMode): string => (mode === 'race' ? '#/compare/race' : '#/compare');

interface CompareModeState {
  mode: CompareMode;
  show: (mode: CompareMode) => void;
}

export const useCompareMode = create<CompareModeState>()((set) => ({
  mode: (typeof location === 'undefined' ? undefined : compareMode(location.hash)) ?? 'sweep',
  show: (mode) => {
    set({ mode });
    history.pushState(null, '', compareAddress(mode));
  },
}));

if (typeof window !== 'undefined')
  window.addEventListener('popstate', () => {
    const mode = compareMode(location.hash);
    // On other pages the mode stays.
    if (mode) useCompareMode.setState({ mode });
  });
