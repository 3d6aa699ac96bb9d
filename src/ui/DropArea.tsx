import { useEffect, useState } from 'react';
import { usePage } from '../store/page-store.ts';
import { dataPaths, dropKind } from './drop-kind.ts';
import { fromDrop } from './picked-files.ts';
import { useAddCheckpoint } from './use-add-checkpoint.ts';

/** The whole page takes dropped checkpoint folders and files of data; the page Runs, folders and archives of runs. */
export function DropArea() {
  const [over, setOver] = useState(false);
  const addCheckpoint = useAddCheckpoint();
  const runs = usePage(({ place }) => place === 'runs');
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const files = fromDrop(event.dataTransfer);
      void files.then(
        (found) => {
          const kind = dropKind(
            found.map(({ path }) => path),
            runs,
          );
          if (kind === 'runs') void import('./runs/import-runs.ts').then(({ importRuns }) => importRuns(files));
          else if (kind === 'checkpoint') void addCheckpoint(files);
          else {
            usePage.getState().go('data');
            void import('../store/data-store.ts').then(({ useData }) => useData.getState().add(dataPaths(found)));
          }
        },
        // Whoever takes them reports what cannot be read.
        () => void addCheckpoint(files),
      );
    };
    const handlers = { dragenter: enter, dragover: enter, dragleave: leave, drop };
    for (const [name, handler] of Object.entries(handlers)) window.addEventListener(name, handler as EventListener);
    return () => {
      for (const [name, handler] of Object.entries(handlers))
        window.removeEventListener(name, handler as EventListener);
    };
  }, [addCheckpoint, runs]);
  return over ? (
    <div className="drop-overlay" role="status" data-testid="dropzone">
      {runs
        ? 'Drop run folders (config.json, metrics.jsonl) or zip archives of them'
        : 'Drop data (JSONL, JSON, CSV, TSV, Parquet), a checkpoint folder (config.json, model.safetensors, ' +
          'tokenizer.json), or a LoRA adapter folder for the recipe’s checkpoint'}
    </div>
  ) : null;
}
