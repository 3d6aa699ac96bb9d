import './models.css';
import { Button } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useRef } from 'react';
import { useModels } from '../../store/models-store.ts';
import { useRun } from '../../store/run-store.ts';
import { MainColumn } from '../MainColumn.tsx';
import { fromInput } from '../picked-files.ts';
import { useAddCheckpoint } from '../use-add-checkpoint.ts';
import { useStoredModels } from '../use-stored-models.ts';
import { HubForm } from './HubForm.tsx';
import { DownloadCard } from './DownloadCard.tsx';
import { ModelTable } from './ModelTable.tsx';

/** All models, and forms to add more. */
export function ModelsPage() {
  const error = useModels((models) => models.error);
  useStoredModels();
  return (
    <div className="page two-columns">
      <aside className="side left" aria-label="Add a model">
        <HubForm />
        <FolderForm />
      </aside>
      <MainColumn label="Models">
        {error && (
          <p className="note warning" role="alert">
            {error.message} {error.advice}
          </p>
        )}
        <DownloadCard />
        <ModelTable />
      </MainColumn>
    </div>
  );
}

function FolderForm() {
  const folder = useRef<HTMLInputElement>(null);
  const reading = useRun((run) => run.reading);
  const addCheckpoint = useAddCheckpoint();
  return (
    <section className="section">
      <h2 className="section-title">From a folder</h2>
      <p className="hint">
        A checkpoint folder contains config.json, model.safetensors (or shards with an index) and tokenizer.json. Drop
        it anywhere on the page, or choose it. Files stay on this computer. A LoRA adapter folder (adapter_config.json,
        adapter_model.safetensors) is applied to the recipe’s checkpoint.
      </p>
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="models-folder-input"
        aria-label="Checkpoint folder"
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          if (event.currentTarget.files) void addCheckpoint(fromInput(event.currentTarget.files));
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="default"
        size="xs"
        mt={8}
        fullWidth
        loading={reading}
        leftSection={<IconFolderOpen size={14} aria-hidden />}
        onClick={() => folder.current?.click()}
      >
        Choose folder
      </Button>
    </section>
  );
}
