import { Button } from '@mantine/core';
import { COLLAPSE_IDS, COLLAPSES, firstToCollapse } from '../../advice/collapse.ts';
import { useCompareMode } from '../../store/compare-mode.ts';
import { isComparing, useCompare } from '../../store/compare-store.ts';
import { usePresenter } from '../../store/presenter-store.ts';
import { useRace } from '../../store/race-store.ts';
import type { DrawnLane } from './lanes.ts';
import { sweepOf, SWEEP_SEEDS } from './race-base.ts';

/** Who collapsed first, what one seed cannot say, and the sweep that can. */
export function RaceVerdict({ lanes }: { lanes: readonly DrawnLane[] }) {
  const race = useRace((state) => state.race);
  const comparing = useCompare(isComparing);
  const raced = lanes.map(({ label, collapses, rlStep, view }) => ({
    label,
    collapses,
    step: rlStep,
    racing: view.state === 'racing',
  }));
  const first = COLLAPSE_IDS.flatMap((id) => {
    const found = firstToCollapse(raced, id);
    return found ? [{ id, ...found }] : [];
  });
  const over = raced.every(({ racing }) => !racing);
  return (
    <div className={first.length > 0 ? 'note warning race-verdict' : 'note race-verdict'} data-testid="race-verdict">
      <p className="race-first" role="status">
        {first.length === 0
          ? over
            ? 'No strategy collapsed.'
            : 'No strategy has collapsed so far.'
          : first.map(({ id, labels, step }) => (
              <span key={id} className="race-first-one">
                First {COLLAPSES[id].title} alarm: <b>{labels.join(' and ')}</b>, step {step}{' '}
                <span className="aside">({COLLAPSES[id].meaning})</span>
              </span>
            ))}
      </p>
      <p className="race-caution">
        One seed: this shows what happened in this run and proves nothing about the strategies.
        {race && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={comparing}
            onClick={() => {
              useCompare.getState().set({ given: sweepOf(race) });
              useCompareMode.getState().show('sweep');
              usePresenter.getState().close();
            }}
          >
            Repeat over {SWEEP_SEEDS} other seeds
          </Button>
        )}
      </p>
    </div>
  );
}
