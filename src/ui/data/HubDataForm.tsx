import { Button, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useData } from '../../store/data-store.ts';
import { useRun } from '../../store/run-store.ts';
import { bytes } from '../format.ts';

/** A data set of the hub: first its files, then the download of one. */
export function HubDataForm() {
  const hub = useData((data) => data.hub);
  const ready = useRun((run) => run.adapter !== undefined);
  const { editHub, listHub, load } = useData.getState();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void listHub();
  };
  const { listing, error } = hub;
  return (
    <section className="section">
      <h2 className="section-title">From Hugging Face</h2>
      <form onSubmit={submit}>
        <TextInput
          size="xs"
          label="Data set"
          placeholder="owner/name"
          value={hub.repository}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => editHub({ repository: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          mt={6}
          label="Revision"
          placeholder="main"
          value={hub.revision}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => editHub({ revision: event.currentTarget.value })}
        />
        <Button
          type="submit"
          size="xs"
          mt={10}
          fullWidth
          variant="default"
          loading={hub.asking ?? false}
          disabled={!ready || hub.repository.trim() === ''}
        >
          List files
        </Button>
      </form>
      {error && (
        <p className="note warning" role="alert" data-testid="hub-data-error">
          {error.message} {error.advice}
        </p>
      )}
      {listing && (
        <ul className="data-list hub-files" aria-label={`Files of ${listing.repository}`}>
          {listing.files.map(({ path, size }) => (
            <li key={path}>
              <button
                type="button"
                aria-label={`Download ${path}`}
                onClick={() => void load(listing.repository, listing.revision, path)}
              >
                <b>{path}</b>
                <small>{bytes(size)}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
