import { useEffect, useState } from 'react';
import { useCompareMode } from '../store/compare-mode.ts';
import { useDump } from '../store/dump-store.ts';
import { usePage } from '../store/page-store.ts';
import { dataPaths, dropKind, dumpFiles, logFiles } from './drop-kind.ts';
import { fromDrop } from './picked-files.ts';
import { useAddCheckpoint } from './use-add-checkpoint.ts';

/**
 * The whole page takes dropped checkpoint folders and files of data; the page Runs, folders and archives of runs; the
 * page Compare with a token dump or metric logs, others of their kind.
 */
export function DropArea() {
  const [over, setOver] = useState(false);
  const addCheckpoint = useAddCheckpoint();
  const place = usePage((page) => page.place);
  const mode = useCompareMode((compare) => compare.mode);
  const compared = place === 'compare' && (mode === 'dump' || mode === 'logs') ? mode : undefined;
  const shown = place === 'runs' ? 'runs' : compared;
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
            shown,
          );
          if (kind === 'dump') {
            const [dump] = dumpFiles(found);
            if (dump) void useDump.getState().open(dump);
          } else if (kind === 'logs') {
            useCompareMode.setState({ mode: 'logs' });
            usePage.getState().go('compare');
            const given = logFiles(found, shown === 'logs');
            void import('../store/logs-store.ts').then(({ useLogs }) => useLogs.getState().open(given));
          } else if (kind === 'runs') void import('./runs/import-runs.ts').then(({ importRuns }) => importRuns(files));
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
  }, [addCheckpoint, shown]);
  return over ? (
    <div className="drop-overlay" role="status" data-testid="dropzone">
      {shown === 'dump' && 'Drop a token dump (JSONL or Parquet)'}
      {shown === 'logs' && 'Drop metric logs (JSONL, trainer_state.json, CSV, Parquet, TensorBoard event files)'}
      {shown === 'runs'
        ? 'Drop run folders (config.json, metrics.jsonl) or zip archives of them'
        : shown === undefined &&
          'Drop data (JSONL, JSON, CSV, TSV, Parquet), a checkpoint folder (config.json, model.safetensors, ' +
            'tokenizer.json), or a LoRA adapter folder for the recipe’s checkpoint'}
    </div>
  ) : null;
}
