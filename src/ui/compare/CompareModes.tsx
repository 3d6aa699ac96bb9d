import { COMPARE_MODES, useCompareMode, type CompareMode } from '../../store/compare-mode.ts';

const TITLES: Record<CompareMode, string> = {
  sweep: 'Sweep over seeds',
  race: 'Race on one seed',
  dump: 'Token dump',
  logs: 'Metric log',
};

/** The kinds of comparison, above the results of each. */
export function CompareModes() {
  const { mode, show } = useCompareMode();
  return (
    <nav className="compare-modes" aria-label="Kind of comparison">
      {COMPARE_MODES.map((one) => (
        <button key={one} type="button" aria-current={one === mode ? 'page' : undefined} onClick={() => show(one)}>
          {TITLES[one]}
        </button>
      ))}
    </nav>
  );
}
