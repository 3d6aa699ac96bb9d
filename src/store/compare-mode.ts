/**
 * The kind of comparison that the Compare page shows, kept in the URL: a sweep, a race at `#/compare/race`, a
 * token dump at `#/compare/dump`, metric logs at `#/compare/logs`.
 */
import { create } from 'zustand';

export const COMPARE_MODES = ['sweep', 'race', 'dump', 'logs'] as const;
export type CompareMode = (typeof COMPARE_MODES)[number];

/** Parses a URL fragment; undefined if it is of another page. */
export function compareMode(hash: string): CompareMode | undefined {
  const [whole, mode] = /^#\/?compare(?:\/(race|dump|logs))?$/.exec(hash) ?? [];
  return whole === undefined ? undefined : ((mode as CompareMode | undefined) ?? 'sweep');
}

export const compareAddress = (mode: CompareMode): string => (mode === 'sweep' ? '#/compare' : `#/compare/${mode}`);

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
