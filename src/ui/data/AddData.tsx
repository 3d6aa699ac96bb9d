import { Button } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { useData } from '../../store/data-store.ts';
import { useRun } from '../../store/run-store.ts';
import { DATA_ENDINGS } from '../drop-kind.ts';
import { fromInput } from '../picked-files.ts';

/** Files from the disk, by drop or picker. */
export function AddData() {
  const input = useRef<HTMLInputElement>(null);
  const ready = useRun((run) => run.adapter !== undefined);
  return (
    <section className="section data-add">
      <h2 className="section-title">Add data</h2>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={DATA_ENDINGS.map((ending) => `.${ending}`).join(',')}
        data-testid="data-input"
        aria-label="Data files"
        onChange={(event) => {
          if (event.currentTarget.files) void useData.getState().add(fromInput(event.currentTarget.files));
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="light"
        size="xs"
        fullWidth
        disabled={!ready}
        leftSection={<IconFileUpload size={14} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        Choose files
      </Button>
      <p className="hint">Or drop them anywhere: JSONL, JSON, CSV, TSV, Parquet. Files never leave this computer.</p>
    </section>
  );
}
