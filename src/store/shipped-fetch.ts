import { StudioError } from '../errors.ts';
import { readRecording, type Recording } from '../recording/format.ts';
import { shippedFile, type ShippedId } from './shipped-recordings.ts';

/** @throws StudioError `input` when the recording cannot be loaded */
export async function fetchShipped(id: ShippedId): Promise<Recording> {
  const file = shippedFile(id);
  const response = await fetch(`${import.meta.env.BASE_URL}recordings/${file}`).catch(() => undefined);
  // A server may answer with its page instead.
  if (!response?.ok || response.headers.get('content-type')?.startsWith('text/html'))
    throw new StudioError(
      'input',
      `The recording ${file} failed to load.`,
      'Check the connection. Recordings play offline only after one visit online.',
    );
  return readRecording(await response.blob(), file);
}
