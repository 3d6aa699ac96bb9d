import { IconDownload } from '@tabler/icons-react';
import { useDownloading, useModels } from '../../store/models-store.ts';
import { HubRepositoryForm } from './HubRepositoryForm.tsx';

/** Downloads a model from the hub by name. */
export function HubForm() {
  const { name, revision, edit, load } = useModels();
  const downloading = useDownloading();
  return (
    <HubRepositoryForm
      kind="Model"
      name={name}
      revision={revision}
      onName={(value) => edit({ name: value })}
      onRevision={(value) => edit({ revision: value })}
      onSubmit={() => void load()}
      action="Download"
      button={{
        'data-testid': 'hub-load',
        disabled: downloading,
        leftSection: <IconDownload size={14} aria-hidden />,
      }}
    />
  );
}
