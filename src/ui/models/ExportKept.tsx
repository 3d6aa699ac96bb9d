import { Button } from '@mantine/core';
import { useState } from 'react';
import { filesOf } from '../../store/added-models.ts';
import { studioApi } from '../../store/connection.ts';
import { useRun } from '../../store/run-store.ts';
import { useLeaving } from '../../store/leaving-store.ts';
import type { CheckpointView } from '../../views/models.ts';
import { saveFiles } from '../rollouts/save-files.ts';

/** Saves a kept policy as a zip archive of its checkpoint. */
export function ExportKept({ model }: { model: CheckpointView }) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const kept = filesOf(model.id)?.map(({ path, file }) => ({ path: path.slice(path.indexOf('/') + 1), file })) ?? [];
    const exported = kept.length > 0 ? { ok: true as const, value: kept } : await studioApi().exportModel(model.id);
    const files = await Promise.all(
      (exported.ok ? exported.value : []).map(async ({ path, file }) => ({
        path,
        data: new Uint8Array(await file.arrayBuffer()),
      })),
    );
    setBusy(false);
    if (!exported.ok) {
      useRun.getState().showError(exported.error);
      return;
    }
    saveFiles(model.name, files, 'zip');
    useLeaving.getState().markSaved(model.id);
  };
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={busy}
      aria-label={`Export ${model.name}`}
      onClick={() => void save()}
    >
      Export
    </Button>
  );
}
