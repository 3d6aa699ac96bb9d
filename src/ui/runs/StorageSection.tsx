import { NativeSelect } from '@mantine/core';
import { STATE_EVERY, useStateSettings } from '../../store/state-settings.ts';
import { useStates } from '../../store/states-store.ts';
import { bytes } from '../format.ts';

/** What runs take in the browser's storage, and how often their states are kept. */
export function StorageSection() {
  const use = useStates((state) => state.use);
  const { every, setEvery } = useStateSettings();
  return (
    <section className="section" aria-label="Storage">
      <h2 className="section-title">Storage</h2>
      {use && (
        <dl className="storage-use" data-testid="storage-use">
          {(['states', 'rollouts', 'models'] as const).map((part) => (
            <div key={part}>
              <dt>{PARTS[part]}</dt>
              <dd>{bytes(use[part])}</dd>
            </div>
          ))}
          {use.used !== undefined && use.quota !== undefined && (
            <div>
              <dt>Everything</dt>
              <dd>
                {bytes(use.used)} of {bytes(use.quota)}
              </dd>
            </div>
          )}
        </dl>
      )}
      <NativeSelect
        size="xs"
        label="Keep the state every, from the next run on"
        value={every}
        data={STATE_EVERY.map((value) => ({
          value: String(value),
          label: value === 0 ? 'never' : `${value} step${value === 1 ? '' : 's'}`,
        }))}
        onChange={(event) => setEvery(Number(event.currentTarget.value))}
      />
      <p className="hint">
        This browser stores each run’s recipe, metrics, rollouts and states (weights and optimizer), and sends them
        nowhere. Of a run it keeps the two newest states, the best by held-out accuracy, and pinned ones.
        {use?.persisted === false && ' The browser may delete all of it when the disk is full.'}
      </p>
    </section>
  );
}

const PARTS = { states: 'States', rollouts: 'Rollouts', models: 'Downloaded models' } as const;
