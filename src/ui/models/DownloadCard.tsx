import { useModels } from '../../store/models-store.ts';
import { DownloadStatus } from './DownloadStatus.tsx';

/** The current download of a model, or the result of the last one. */
export function DownloadCard() {
  const download = useModels((models) => models.download);
  if (!download) return null;
  const { load, cancel } = useModels.getState();
  return (
    <DownloadStatus
      download={download}
      onCancel={cancel}
      onRetry={() => void load({ name: download.name, commit: download.revision })}
      onClose={() => useModels.setState({ download: undefined })}
    />
  );
}
