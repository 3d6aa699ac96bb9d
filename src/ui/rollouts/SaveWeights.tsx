import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { fileNameOf } from '../../run/run-name.ts';
import { studioApi } from '../../store/connection.ts';
import { useRun } from '../../store/run-store.ts';
import { PRECISIONS, type Precision } from '../../worker/protocol.ts';
import type { SavedFile } from '../../views/models.ts';
import { FORMS, saveFiles, type Form } from './save-files.ts';
import { SaveButton } from './SaveButton.tsx';

function save(name: string, files: readonly SavedFile[], form: Form): void {
  saveFiles(fileNameOf(name), files, form);
  useRun.getState().markExported();
}

interface SaveWeightsProps {
  /** Of the run. */
  name: string;
  /** The run failed: its weights are those of the last good step. */
  failed: boolean;
  /** It trains adapters. */
  lora: boolean;
}

/** The trained weights as files of a checkpoint, and a run's adapters by themselves, in a precision of choice. */
export function SaveWeights({ name, failed, lora }: SaveWeightsProps) {
  const [precision, setPrecision] = useState<Precision>('f32');
  const [form, setForm] = useState<Form>('zip');
  const what = lora ? 'merged checkpoint' : 'checkpoint';
  return (
    <>
      <NativeSelect
        size="xs"
        w={70}
        aria-label="Precision of exported weights"
        value={precision}
        data={[...PRECISIONS]}
        onChange={(event) => setPrecision(event.currentTarget.value as Precision)}
      />
      <NativeSelect
        size="xs"
        w={104}
        aria-label="Export as"
        value={form}
        data={Object.entries(FORMS).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setForm(event.currentTarget.value as Form)}
      />
      <SaveButton
        title={`Export ${failed ? 'last good ' : ''}${what}`}
        get={() => studioApi().exportCheckpoint(precision)}
        save={(files) => save(name, files, form)}
      />
      {lora && (
        <SaveButton
          title="Export adapter (PEFT)"
          get={() => studioApi().exportAdapter(precision)}
          save={(files) => save(`${name}-adapter`, files, form)}
        />
      )}
    </>
  );
}
