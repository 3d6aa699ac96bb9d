import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ArchivedRun } from '../../archive/archived-run.ts';
import { useRuns } from '../../store/runs-store.ts';
import { Dialog } from '../Dialog.tsx';

/** Edits a run's name and note; its config is not changed. */
export function RunEditor({ run, onClose }: { run: ArchivedRun; onClose: () => void }) {
  const [name, setName] = useState(run.name);
  const [note, setNote] = useState(run.note);
  const save = () => {
    void useRuns.getState().edit(run.id, { name: name.trim(), note: note.trim() });
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title="Edit run" size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) save();
        }}
      >
        <TextInput
          size="sm"
          label="Run name"
          data-autofocus
          maxLength={200}
          value={name}
          error={name.trim() ? undefined : 'Enter a run name.'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          size="sm"
          mt="xs"
          label="Note"
          autosize
          minRows={3}
          maxRows={10}
          maxLength={20_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="xs" disabled={!name.trim()}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
