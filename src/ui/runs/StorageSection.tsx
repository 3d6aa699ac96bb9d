import { NativeSelect } from '@mantine/core';
import { STATE_EVERY, useStateSettings } from '../../store/state-settings.ts';
import { stateBytes, useStates } from '../../store/states-store.ts';
import { bytes } from '../format.ts';

/** What runs take in the browser's storage, and how often their states are kept. */
export function StorageSection() {
  const use = useStates((state) => state.use);
  const states = useStates(stateBytes);
  const { every, setEvery } = useStateSettings();
  return (
    <section className="section" aria-label="Storage">
      <h2 className="section-title">Storage</h2>
      <dl className="storage-use" data-testid="storage-use">
        <Size title="States" size={states} />
        <Size title="Rollouts" size={use?.rollouts} />
        <Size title="Downloaded models" size={use?.models} />
        {/* Its place is kept until the browser has answered. */}
        {(!use || use.quota !== undefined) && <Size title="Everything" size={use?.used} of={use?.quota} />}
      </dl>
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

/** @param size in bytes; undefined until it is known @param of what the browser allows */
function Size({ title, size, of }: { title: string; size: number | undefined; of?: number | undefined }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {size === undefined ? '–' : bytes(size)}
        {size !== undefined && of !== undefined && ` of ${bytes(of)}`}
      </dd>
    </div>
  );
}
