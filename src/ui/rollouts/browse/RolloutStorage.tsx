import { NativeSelect } from '@mantine/core';
import { ROLLOUT_BYTES, useRolloutSettings } from '../../../store/rollout-settings.ts';
import { useRollouts } from '../../../store/rollouts-store.ts';

/** How much of a run is kept. */
export function RolloutStorage() {
  const { bytes, setBytes } = useRolloutSettings();
  const problem = useRollouts((state) => state.opened?.problem);
  return (
    <section className="section" aria-label="Storage">
      <h2 className="section-title">Storage</h2>
      {problem !== undefined && (
        <p className="note warning" role="status" data-testid="rollout-problem">
          {problem}
        </p>
      )}
      <NativeSelect
        size="xs"
        label="Kept per run, from the next run on"
        value={bytes}
        data={ROLLOUT_BYTES.map((value) => ({
          value: String(value),
          label: value === 0 ? 'none' : `${value / 1e6} MB`,
        }))}
        onChange={(event) => setBytes(Number(event.currentTarget.value))}
      />
      <p className="hint">
        Every step is kept until they exceed this, then every 2nd, every 4th and so on. Metrics do not depend on it.
        Rollouts stay in this browser and are deleted with their run; together they take at most 512 MB, then those of
        the oldest runs are removed.
      </p>
    </section>
  );
}
