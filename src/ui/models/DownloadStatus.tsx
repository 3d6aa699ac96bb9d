import './download.css';
import { Button, Progress } from '@mantine/core';
import { isActive, type DownloadView } from '../../views/models.ts';
import { bytes, duration } from '../format.ts';

const STATES: Record<DownloadView['state'], string> = {
  listing: 'listing files',
  loading: 'downloading',
  waiting: 'connection lost, retrying',
  checking: 'checking SHA-256',
  done: 'stored in this browser',
  cancelled: 'cancelled; partial download kept',
  failed: 'failed',
};

export interface DownloadStatusProps {
  download: DownloadView;
  onCancel: () => void;
  /** Resumes or repeats it. */
  onRetry: () => void;
  onClose: () => void;
}

/** A download of models or data: its files, speed, and what can be done. */
export function DownloadStatus({ download, onCancel, onRetry, onClose }: DownloadStatusProps) {
  const active = isActive(download);
  const { name, state, files, bytesPerSecond, error } = download;
  const loaded = files.reduce((sum, file) => sum + file.loaded, 0);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const left = bytesPerSecond ? (total - loaded) / bytesPerSecond : undefined;
  return (
    <section className="card download" aria-label="Download" data-testid="download" data-state={state}>
      <h3 className="card-title">
        <span>
          {name} <span className="aside">{STATES[state]}</span>
        </span>
        <small>
          {total > 0 && `${bytes(loaded)} of ${bytes(total)}`}
          {active && bytesPerSecond !== undefined && ` · ${bytes(bytesPerSecond)}/s`}
          {active && left !== undefined && ` · ${duration(left)} left`}
        </small>
      </h3>
      <Progress
        value={total > 0 ? (100 * loaded) / total : 0}
        size="sm"
        my={6}
        aria-label="Downloaded"
        color={state === 'failed' ? 'red' : undefined}
      />
      {error && state === 'failed' && (
        <p className="note warning" role="alert" data-testid="download-error">
          {error.message} {error.advice}
        </p>
      )}
      <ul className="download-files">
        {files.map((file) => (
          <li key={file.path}>
            <span>{file.path}</span>
            <span>
              {file.loaded === file.size ? bytes(file.size) : `${bytes(file.loaded)} of ${bytes(file.size)}`}
              {file.loaded === file.size && <span className="good"> ✓</span>}
            </span>
          </li>
        ))}
      </ul>
      <div className="download-actions">
        {active ? (
          <Button size="compact-xs" variant="default" data-testid="download-cancel" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <>
            {(state === 'failed' || state === 'cancelled') && (
              <Button size="compact-xs" data-testid="download-retry" onClick={onRetry}>
                {loaded > 0 ? 'Resume' : 'Retry'}
              </Button>
            )}
            <Button size="compact-xs" variant="default" onClick={onClose}>
              Close
            </Button>
          </>
        )}
      </div>
    </section>
  );
}
