import { Button, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { FormEvent } from 'react';
import { useDownloading, useModels } from '../../store/models-store.ts';
import { useRun } from '../../store/run-store.ts';

/** Downloads a model from the hub by name. */
export function HubForm() {
  const { name, revision, edit, load } = useModels();
  const ready = useRun((run) => run.adapter !== undefined);
  const downloading = useDownloading();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void load();
  };
  return (
    <section className="section">
      <h2 className="section-title">From Hugging Face</h2>
      <form onSubmit={submit}>
        <TextInput
          size="xs"
          label="Model"
          placeholder="owner/name"
          value={name}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => edit({ name: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          mt={6}
          label="Revision"
          placeholder="main"
          value={revision}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => edit({ revision: event.currentTarget.value })}
        />
        <Button
          type="submit"
          size="xs"
          mt={10}
          fullWidth
          data-testid="hub-load"
          disabled={!ready || downloading || name.trim() === ''}
          leftSection={<IconDownload size={14} aria-hidden />}
        >
          Download
        </Button>
      </form>
      <p className="hint">
        This is the only request the page makes to another host, and only when you press the button. An interrupted
        download resumes where it stopped.
      </p>
    </section>
  );
}
