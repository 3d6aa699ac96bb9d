/** Pages that list models: those of the hub that this browser stores are read when the page opens. */
import { useEffect } from 'react';
import { useModels } from '../store/models-store.ts';
import { useRun } from '../store/run-store.ts';

export function useStoredModels(): void {
  const ready = useRun((run) => run.adapter !== undefined);
  useEffect(() => {
    if (ready) void useModels.getState().refresh();
  }, [ready]);
}
