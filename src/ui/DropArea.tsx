import { useEffect, useState } from 'react';
import { fromDrop } from './picked-files.ts';
import { useAddCheckpoint } from './use-add-checkpoint.ts';

/** The whole page takes a dropped checkpoint folder. */
export function DropArea() {
  const [over, setOver] = useState(false);
  const addCheckpoint = useAddCheckpoint();
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
      void addCheckpoint(fromDrop(event.dataTransfer));
    };
    const handlers = { dragenter: enter, dragover: enter, dragleave: leave, drop };
    for (const [name, handler] of Object.entries(handlers)) window.addEventListener(name, handler as EventListener);
    return () => {
      for (const [name, handler] of Object.entries(handlers)) window.removeEventListener(name, handler as EventListener);
    };
  }, [addCheckpoint]);
  return over ? (
    <div className="drop-overlay" data-testid="dropzone">
      Drop a checkpoint folder (config.json, model.safetensors, tokenizer.json), or that of a LoRA adapter for the recipe’s checkpoint
    </div>
  ) : null;
}
