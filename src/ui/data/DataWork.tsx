import { Button, Progress } from '@mantine/core';
import { useDataSets } from '../../store/data-sets.ts';
import { useData } from '../../store/data-store.ts';
import type { DataProgress } from '../../views/data.ts';
import { bytes } from '../format.ts';
import { DownloadStatus } from '../models/DownloadStatus.tsx';

const WORK: Record<DataProgress['work'], string> = {
  adding: 'Adding',
  reading: 'Reading',
  measuring: 'Counting tokens of',
};

/** Work on a large file, and the download: how far they are, and a way to stop them. */
export function DataWork() {
  const progress = useData((data) => data.progress);
  const download = useData((data) => data.download);
  const { cancel, load } = useData.getState();
  return (
    <>
      {progress && (
        <section className="card data-work" aria-label="Work on data" data-testid="data-work">
          <span>
            {WORK[progress.work]} {progress.name}
          </span>
          <Progress
            value={progress.total > 0 ? (100 * progress.done) / progress.total : 0}
            size="sm"
            aria-label={`${WORK[progress.work]} ${progress.name}`}
          />
          <span className="aside">
            {bytes(progress.done)} of {bytes(progress.total)}
          </span>
          <Button size="compact-xs" variant="default" data-testid="data-cancel" onClick={cancel}>
            Cancel
          </Button>
        </section>
      )}
      {download && download.state !== 'done' && (
        <DownloadStatus
          download={download}
          onCancel={cancel}
          onRetry={() => {
            const [repository = '', ...path] = download.name.split(': ');
            void load(repository, download.revision, path.join(': '));
          }}
          onClose={() => useDataSets.setState({ download: undefined })}
        />
      )}
    </>
  );
}
