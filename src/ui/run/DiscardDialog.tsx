import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { studioApi } from '../../store/connection.ts';
import { useLeaving } from '../../store/leaving-store.ts';
import { useRun } from '../../store/run-store.ts';
import { MAX_KEPT_POLICY_BYTES } from '../../views/run-view.ts';
import { bytes } from '../format.ts';
import { Dialog } from '../Dialog.tsx';
import { saveFiles } from '../rollouts/save-files.ts';

/** Asks before a new run discards a trained policy that is too large to be kept. */
export function DiscardDialog() {
  const { pending, discard, cancel } = useLeaving();
  const name = useRun((run) => run.running?.name ?? 'run');
  const size = useRun((run) => run.frame?.policyBytes ?? 0);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);
  if (!pending) return null;
  const close = (end: () => void) => {
    setSaved(false);
    end();
  };
  const save = async () => {
    setSaving(true);
    const files = await studioApi().exportCheckpoint('f32');
    setSaving(false);
    if (!files.ok) {
      useRun.getState().showError(files.error);
      close(cancel);
      return;
    }
    saveFiles(name, files.value, 'zip');
    useRun.getState().markExported();
    setSaved(true);
  };
  return (
    <Dialog opened onClose={() => close(cancel)} title={`The trained policy of ${name} would be lost`}>
      <p>
        It has {bytes(size)} of weights. Policies of up to {bytes(MAX_KEPT_POLICY_BYTES)} stay in the list of models
        when a new run starts; this one is too large. {saved && 'Its checkpoint was saved.'}
      </p>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" size="xs" onClick={() => close(cancel)}>
          Cancel
        </Button>
        <Button variant="default" size="xs" loading={saving} onClick={() => void save()}>
          Save policy…
        </Button>
        <Button size="xs" {...(!saved && { color: 'red' })} disabled={saving} onClick={() => close(discard)}>
          {saved ? 'Start' : 'Discard and start'}
        </Button>
      </Group>
    </Dialog>
  );
}
