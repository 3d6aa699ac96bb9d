import { Anchor, Button, Group, NativeSelect, PasswordInput, Progress, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CARD_KINDS, type CardKind } from '../../publish/model-card.ts';
import { PUBLISH_PHASES } from '../../publish/publish.ts';
import { usePublish, type PublishForm } from '../../store/publish-store.ts';
import { PRECISIONS, type Precision } from '../../worker/protocol.ts';
import { Dialog } from '../Dialog.tsx';

interface PublishDialogProps {
  /** A name for the repository. */
  suggested: string;
  /** The run trains adapters. */
  lora: boolean;
  onClose: () => void;
}

/** Pushes the run's weights to the hub. The access token lives in this dialog only, until it closes. */
export function PublishDialog({ suggested, lora, onClose }: PublishDialogProps) {
  const { state, start, cancel, reset } = usePublish();
  const [form, setForm] = useState<PublishForm>({
    repository: `/${suggested}`,
    kind: lora ? 'adapter' : 'checkpoint',
    precision: 'f32',
    visibility: 'private',
  });
  const [token, setToken] = useState('');
  const edit = (change: Partial<PublishForm>) => setForm({ ...form, ...change });
  const running = state.at === 'running';
  const close = () => {
    if (running) return;
    reset();
    onClose();
  };
  return (
    <Dialog
      opened
      onClose={close}
      title="Publish to Hugging Face"
      size="lg"
      withCloseButton={!running}
      data-testid="publish-dialog"
    >
      {state.at === 'done' ? (
        <>
          <p role="status">
            Published as{' '}
            <Anchor href={state.publication.page} target="_blank" rel="noreferrer" data-testid="publish-page">
              {state.publication.page}
            </Anchor>{' '}
            (commit {state.publication.commit.slice(0, 8)}).
          </p>
          <Group justify="flex-end" mt="md">
            <Button size="xs" onClick={close}>
              Close
            </Button>
          </Group>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void start(form, token);
          }}
        >
          <p className="hint">
            Uploads the weights, the recipe, the metrics and a model card with charts as one commit. Files of an
            existing repository stay, unless they have the same name.
          </p>
          <TextInput
            size="xs"
            mt="sm"
            label="Repository"
            description="owner/name; it is created if it does not exist."
            data-autofocus
            required
            disabled={running}
            value={form.repository}
            onChange={(event) => edit({ repository: event.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm" mt="sm">
            <NativeSelect
              size="xs"
              label="Weights"
              disabled={running}
              value={form.kind}
              data={Object.entries(CARD_KINDS)
                .filter(([kind]) => lora || kind === 'checkpoint')
                .map(([value, label]) => ({
                  value,
                  label: lora && value === 'checkpoint' ? 'Merged checkpoint' : label,
                }))}
              onChange={(event) => edit({ kind: event.currentTarget.value as CardKind })}
            />
            <NativeSelect
              size="xs"
              label="Precision"
              disabled={running}
              value={form.precision}
              data={[...PRECISIONS]}
              onChange={(event) => edit({ precision: event.currentTarget.value as Precision })}
            />
            <NativeSelect
              size="xs"
              label="New repository is"
              disabled={running}
              value={form.visibility}
              data={['private', 'public']}
              onChange={(event) => edit({ visibility: event.currentTarget.value as PublishForm['visibility'] })}
            />
          </SimpleGrid>
          <PasswordInput
            size="xs"
            mt="sm"
            label="Access token"
            description="With write permission. It is used for this upload and not stored; enter it again next time."
            autoComplete="off"
            required
            disabled={running}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          {running && (
            <div role="status">
              <p className="hint">{state.phase === 'reading' ? 'Reading the weights' : PUBLISH_PHASES[state.phase]}</p>
              <Progress value={100 * state.share} aria-label="Uploaded" />
            </div>
          )}
          {state.at === 'form' && state.problem !== undefined && (
            <p className="note warning" role="alert">
              {state.problem}
            </p>
          )}
          <Group justify="flex-end" gap="xs" mt="md">
            <Button variant="default" size="xs" onClick={running ? cancel : close}>
              Cancel
            </Button>
            <Button type="submit" size="xs" loading={running} data-testid="publish-start">
              Publish
            </Button>
          </Group>
        </form>
      )}
    </Dialog>
  );
}
