/** The list of data sets and the progress of work on them; data-store.ts, which loads on demand, has the rest. */
import { create } from 'zustand';
import type { DataProgress, DataSetView } from '../views/data.ts';
import type { DataEvent } from '../worker/events.ts';
import type { DownloadView } from '../views/models.ts';
import { studioApi } from './connection.ts';

export interface DataSetsState {
  sets: DataSetView[];
  /** Whether the worker has listed them. */
  listed: boolean;
  progress: DataProgress | undefined;
  download: DownloadView | undefined;
}

export const useDataSets = create<DataSetsState>()(() => ({
  sets: [],
  listed: false,
  progress: undefined,
  download: undefined,
}));

export async function listDataSets(): Promise<void> {
  const answer = await studioApi().listData();
  if (answer.ok) useDataSets.setState({ sets: answer.value, listed: true });
}

export function receiveData(event: DataEvent): void {
  useDataSets.setState(event.type === 'data-progress' ? { progress: event.progress } : { download: event.download });
}
